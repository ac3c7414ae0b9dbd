// How long the intake page takes to open, at a part of the CPU. The browser is spoken to without the
// driver of the other tests, whose own scripts would be slowed down and counted as the page's.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const asked = JSON.parse(process.argv[2])
const profile = mkdtempSync(join(tmpdir(), 'jiuying-opening-'))
const browser = spawn(process.env.JIUYING_CHROMIUM ?? '/usr/bin/chromium', [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
  '--remote-debugging-pipe', `--user-data-dir=${profile}`
], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })

let last = 0
let heard = ''
const waiting = new Map()
browser.stdio[4].on('data', part => {
  heard += part
  for (let end = heard.indexOf('\0'); end >= 0; end = heard.indexOf('\0')) {
    const answer = JSON.parse(heard.slice(0, end))
    heard = heard.slice(end + 1)
    const asker = waiting.get(answer.id)
    if (!asker) continue
    waiting.delete(answer.id)
    if (answer.error) asker.no(new Error(answer.error.message))
    else asker.yes(answer.result)
  }
})
function send(method, params = {}, sessionId = undefined) {
  const id = ++last
  browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0')
  return new Promise((yes, no) => waiting.set(id, { yes, no }))
}
const rest = time => new Promise(done => setTimeout(done, time))

async function tab() {
  const { browserContextId } = await send('Target.createBrowserContext')
  const { targetId } = await send('Target.createTarget',
    { url: 'about:blank', browserContextId, width: 1366, height: 768 })
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
  const say = (method, params) => send(method, params, sessionId)
  await say('Page.enable')
  const value = async expression => (await say('Runtime.evaluate',
    { expression, awaitPromise: true })).result.value
  return { say, value, close: () => send('Target.disposeBrowserContext', { browserContextId }) }
}

/** Until the first field has the focus and the frame with it is drawn. */
async function opened(page) {
  await page.say('Page.navigate', { url: `${asked.link}#/intake` })
  for (let tries = 0; tries < 100; tries += 1) {
    await rest(400)
    const took = await page.value('window.__usable || 0').catch(() => 0)
    if (took) return took
  }
  throw new Error('the page did not open')
}

try {
  const door = await tab()
  await door.say('Page.navigate', { url: asked.link })
  await rest(2500)
  const person = JSON.stringify({ user: asked.user, password: asked.password })
  await door.value(`fetch('/auth/login', { method: 'POST', body: ${JSON.stringify(person)},
    headers: { 'Content-Type': 'application/json' } })`)
  const { cookies } = await door.say('Network.getCookies')
  const facts = { cold: [], warm: [], cold_at_full: [], warm_at_full: [] }
  for (let round = 0; round < 2 * asked.rounds; round += 1) {
    const full = round >= asked.rounds
    const page = await tab()
    await page.say('Network.setCookies', { cookies: cookies.map(({ name, value, domain, path }) => (
      { name, value, domain, path, httpOnly: true, sameSite: 'Strict' })) })
    await page.say('Page.addScriptToEvaluateOnNewDocument', { source: `
      document.addEventListener('focusin', event => {
        if (event.target.id !== 'contact' || window.__usable) return
        requestAnimationFrame(() => setTimeout(() => { window.__usable = performance.now() }))
      })` })
    await page.say('Emulation.setCPUThrottlingRate', { rate: full ? 1 : 4 })
    facts[full ? 'cold_at_full' : 'cold'].push(await opened(page))
    await rest(1000)
    await page.say('Page.navigate', { url: 'about:blank' })
    await rest(1500)
    facts[full ? 'warm_at_full' : 'warm'].push(await opened(page))
    await page.close()
  }
  console.log(JSON.stringify({ ...facts, noise: [] }))
} finally {
  browser.kill()
  browser.on('exit', () => rmSync(profile, { recursive: true, force: true }))
}
