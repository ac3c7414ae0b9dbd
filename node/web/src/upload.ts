// A file on its way to the node: in pieces, inside requests, so that it stands in no temporary file.
import { post } from './api'

const letters_at_once = 0x8000

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += letters_at_once) {
    text += String.fromCharCode(...bytes.subarray(at, at + letters_at_once))
  }
  return window.btoa(text)
}

function begins(bytes: Uint8Array, ...with_: number[]): boolean {
  return with_.every((byte, at) => bytes[at] === byte)
}

/** Old programs write GB18030. The node takes UTF-8 only, so it is rewritten here. */
export function asUtf8(bytes: Uint8Array): { bytes: Uint8Array; rewritten: boolean } {
  const packed = begins(bytes, 0x50, 0x4b) || begins(bytes, 0x1f, 0x8b) ||
    begins(bytes, 0xd0, 0xcf)
  if (packed) return { bytes, rewritten: false }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { bytes, rewritten: false }
  } catch {
    // Not UTF-8: the next attempt tells whether it is what we know.
  }
  try {
    const text = new TextDecoder('gb18030', { fatal: true }).decode(bytes)
    return { bytes: new TextEncoder().encode(text), rewritten: true }
  } catch {
    return { bytes, rewritten: false }
  }
}

/** The columns of a text file's first line; none of a workbook, whose insides the node reads. */
export function columnsOf(bytes: Uint8Array): string[] {
  if (begins(bytes, 0x50, 0x4b) || begins(bytes, 0x1f, 0x8b)) return []
  const text = new TextDecoder().decode(bytes.subarray(0, 65536)).replace(/^\uFEFF/, '')
  const line = text.split(/\r?\n/, 1)[0] ?? ''
  if (line.startsWith('[') || line.startsWith('{')) return []
  const tab = line.includes('\t')
  const cells = line.match(tab ? /[^\t]+/g : /"(?:[^"]|"")*"|[^,]+/g) ?? []
  return cells.map(cell => cell.trim().replace(/^"|"$/g, '').replace(/""/g, '"'))
    .filter(cell => cell && !/[,=]/.test(cell))
}

/** Sends it and answers its id. `told` hears how much of it is there, from 0 to 1. */
export async function send(
  name: string,
  bytes: Uint8Array,
  told: (part: number) => void
): Promise<string> {
  const begun = await post<{ id: string; piece_bytes: number }>('/api/imports', {
    name, size: bytes.length
  })
  for (let at = 0; at < bytes.length; at += begun.piece_bytes) {
    const piece = bytes.subarray(at, at + begun.piece_bytes)
    await post(`/api/imports/${begun.id}/piece`, { offset: at, bytes: base64(piece) })
    told((at + piece.length) / bytes.length)
  }
  return begun.id
}
