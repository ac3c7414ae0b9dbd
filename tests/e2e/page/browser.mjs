// Debian's Chromium in front of a real page. A story is a function (page, tools) => facts; what it
// returns is printed as JSON for the test that started it.
import { createRequire } from 'node:module'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const packages = createRequire(join(process.env.JIUYING_WEB_PACKAGES, 'x.js'))
const { chromium } = packages('playwright-core')
const axeSource = readFileSync(packages.resolve('axe-core/axe.min.js'), 'utf8')
export const asked = JSON.parse(process.argv[2] ?? '{}')
const shots = process.env.JIUYING_SCREENSHOTS
// Those that docs/tutorial/the-pages.md shows: as large as a window of an old PC, no larger.
const pictures = process.env.JIUYING_PICTURES
const inTutorial = {
  'station-setup': '1-set-up', 'station-intake': '2-record', 'station-saved': '3-delivered',
  'station-appeal': '4-appeal', 'station-offline': '5-offline', 'station-conflict': '6-conflict',
  'station-today': '7-today', 'hub-board': '8-board', 'order-dispatching': '9-dispatch'
}

export async function open(story) {
  const browser = await chromium.launch({
    executablePath: process.env.JIUYING_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
  })
  const noise = []
  const newPage = async () => {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })
    const page = await context.newPage()
    page.setDefaultTimeout(20000)
    // What the browser complains of is a finding: a rule of the page broken, a script that failed.
    page.on('console', message => {
      const known = /Failed to load resource/.test(message.text())
      if (message.type() === 'error' && !known) noise.push(message.text())
    })
    page.on('pageerror', error => noise.push(String(error)))
    page.on('request', request => {
      const url = new URL(request.url())
      const local = ['127.0.0.1', 'localhost'].includes(url.hostname) || url.protocol === 'blob:'
      if (!local) noise.push(`a request to ${url.host}`)
    })
    return page
  }
  let facts = {}
  try {
    facts = await story(await newPage(), newPage)
  } catch (error) {
    facts = { failed: String(error?.stack ?? error) }
    for (const context of browser.contexts()) {
      for (const page of context.pages()) {
        facts.url = page.url()
        facts.text = (await page.innerText('body').catch(() => '')).slice(0, 1500)
        await shot(page, 'failed')
      }
    }
  }
  await browser.close()
  console.log(JSON.stringify({ ...facts, noise }))
}

export async function shot(page, name) {
  if (pictures && inTutorial[name]) {
    mkdirSync(pictures, { recursive: true })
    await page.setViewportSize({ width: 1040, height: 640 })
    await page.waitForTimeout(300)
    await page.screenshot({ path: join(pictures, `${inTutorial[name]}.png`) })
    await page.setViewportSize({ width: 1366, height: 768 })
  }
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true }).catch(() => undefined)
}

export async function signIn(page, link, user, password) {
  await page.goto(link)
  await page.fill('#user', user)
  await page.fill('#password', password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.main')
}

/** Serious and critical findings of axe on what is shown now. The page's own rules allow no script
 * that is not its own, so axe is handed over by the debugger. */
export async function axe(page) {
  await page.evaluate(axeSource)
  const result = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
  return result.violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 120)}`))
}

/** Walks through everything that Tab reaches and says what has no name or shows no focus. */
export async function tabWalk(page, most = 80) {
  // From the first thing on the page: a blur alone leaves the browser's place where it was.
  await page.focus('a.skip')
  const seen = []
  const bad = []
  for (let count = 0; count < most; count += 1) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => {
      const element = document.activeElement
      if (!element || element === document.body) return null
      const style = getComputedStyle(element)
      const inside = element.closest('.el-select__wrapper')
      const visible = style.outlineStyle !== 'none' || inside !== null || style.boxShadow !== 'none'
      const label = element.labels?.[0]?.innerText ?? ''
      const name = element.getAttribute('aria-label') || label || element.innerText || element.title
      const rect = element.getBoundingClientRect()
      return {
        what: `${element.tagName}#${element.id}.${element.className}`.slice(0, 80),
        name: (name ?? '').trim().slice(0, 40), visible, key: `${rect.x},${rect.y},${element.id}`
      }
    })
    if (!at) break
    if (seen.some(one => one.key === at.key)) break
    seen.push(at)
    if (!at.name) bad.push(`no name: ${at.what}`)
    if (!at.visible) bad.push(`no focus shown: ${at.what}`)
  }
  return { reached: seen.map(one => one.name), bad }
}
