// Makes one C++ source of the built page: node embed.mjs DIST OUT.cpp. The same files give the same
// bytes, whenever and wherever they are built.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png'
}

function filesIn(folder, prefix = '') {
  return readdirSync(folder)
    .sort()
    .flatMap(name => {
      const path = join(folder, name)
      const shown = `${prefix}/${name}`
      return statSync(path).isDirectory() ? filesIn(path, shown) : [{ path, shown }]
    })
}

const [dist, out] = process.argv.slice(2)
const arrays = []
const rows = []
let total = 0
for (const [index, file] of filesIn(dist).entries()) {
  const content = readFileSync(file.path)
  const packed = gzipSync(content, { level: 9 })
  packed[9] = 255 // Which system packed it is nobody's business.
  total += packed.length
  const type = types[extname(file.path)]
  if (!type) throw new Error(`no type is known for ${file.shown}`)
  const tag = createHash('sha256').update(content).digest('hex').slice(0, 16)
  const bytes = []
  for (let at = 0; at < packed.length; at += 40) {
    bytes.push([...packed.subarray(at, at + 40)].join(','))
  }
  arrays.push(`constexpr std::uint8_t file_${index}[] = {\n${bytes.join(',\n')}};`)
  const lasting = file.shown.startsWith('/assets/')
  rows.push(`    WebFile{"${file.shown}", "${type}", "\\"${tag}\\"", ${lasting}, file_${index}},`)
}
const text = `// Made from node/web; not to be edited.
#include "node/http/web_file.hpp"

namespace jiuying::node {
namespace {

${arrays.join('\n')}

constexpr WebFile files[] = {
${rows.join('\n')}
};

}  // namespace

std::span<const WebFile> web_files() { return files; }

}  // namespace jiuying::node
`
writeFileSync(out, text)
console.log(`page: ${rows.length} files, ${total} bytes compressed`)
