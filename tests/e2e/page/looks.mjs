// Pictures of pages in both languages, at two fonts and in two windows, and what they cannot show.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { asked, open, signIn } from './browser.mjs'

const windows = [[1366, 768], [1024, 768]]
const edit = { zh: '修改', en: 'Edit' }

/** Words cut off by their boxes, and a page wider than its window. */
function cutOff() {
  const found = []
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
  if (wide > 1) found.push(`${wide} px wider than the window`)
  for (const one of document.querySelectorAll('main *, header *')) {
    if (!one.firstChild || one.firstChild.nodeType !== 3 || !one.textContent.trim()) continue
    const style = getComputedStyle(one)
    if (style.overflow === 'visible' || style.position === 'absolute') continue
    if (one.scrollWidth > one.clientWidth + 1 && !one.title && !/^(INPUT|TEXTAREA|SELECT)$/.test(one.tagName)) {
      found.push(`cut off: ${one.className} "${one.textContent.trim().slice(0, 30)}"`)
    }
  }
  for (const one of document.querySelectorAll('select.plain, .tools select')) {
    const words = one.selectedOptions[0]?.text ?? ''
    const probe = document.createElement('span')
    probe.style.cssText = `position:absolute;visibility:hidden;white-space:nowrap;font:${getComputedStyle(one).font}`
    probe.textContent = words
    document.body.append(probe)
    if (probe.offsetWidth > one.clientWidth - 20) found.push(`cut off: select "${words}"`)
    probe.remove()
  }
  return found
}
/** Chinese in the page's own words: labels, buttons, headings, heads of tables. */
function chinese() {
  const found = new Set()
  for (const one of document.querySelectorAll('main button, main label, main h1, main h2, main h3, main th, main legend, main dt, .help, .tag, nav a, [role=columnheader]')) {
    const words = one.innerText.trim()
    if (/[\u4e00-\u9fff]/.test(words)) found.add(`Chinese: ${one.tagName} "${words.slice(0, 40)}"`)
  }
  for (const found_ of document.body.innerText.matchAll(/\b(?:[a-z]+\.){1,2}[a-z]+[A-Z]?[a-z]*\b/g)) {
    if (!/example|\.(?:invite|csv|com)|^(?:e\.g|i\.e)/.test(found_[0])) found.add(`a name of words? "${found_[0]}"`)
  }
  return [...found]
}

await open(async page => {
  const facts = { findings: [], pictures: 0 }
  const findings = new Set()
  mkdirSync(asked.folder, { recursive: true })
  await signIn(page, asked.link, asked.user, asked.password)
  for (const language of ['zh', 'en']) {
    for (const font of ['100', '150']) {
      await page.evaluate(([tongue, size]) => {
        window.localStorage.setItem('language', tongue === 'en' ? 'en' : 'zh-CN')
        window.localStorage.setItem('font', size)
      }, [language, font])
      for (const [width, height] of windows) {
        // The corners: Chinese and English as they come, and both as large and narrow as it gets.
        if (asked.corners && (font === '100') !== (width === 1366)) continue
        await page.setViewportSize({ width, height })
        for (const [name, path, clicks] of asked.pages) {
          const shown = `${asked.name}-${name}-${language}-${font}-${width}`
          await page.goto('about:blank')
          await page.goto(`${asked.link}#${path}`)
          await page.waitForSelector('main h1')
          await page.waitForTimeout(350)
          for (const click of clicks) {
            const act = click.replace('{edit}', edit[language])
            const done = act.startsWith('key:') ? page.keyboard.press(act.slice(4))
              : act.startsWith('fill:') ? page.fill(...act.slice(5).split('='))
                : page.click(act, { timeout: 4000 })
            await done.catch(error => findings.add(`${shown}: ${String(error).split('\n')[0]} ${act}`))
            await page.waitForTimeout(350)
          }
          for (const finding of await page.evaluate(cutOff)) findings.add(`${shown}: ${finding}`)
          if (language === 'en' && font === '100' && width === 1366) {
            for (const finding of await page.evaluate(chinese)) findings.add(`${shown}: ${finding}`)
          }
          const tall = await page.evaluate(() => document.documentElement.scrollHeight)
          await page.screenshot({ path: join(asked.folder, `${shown}.png`), fullPage: true,
            clip: { x: 0, y: 0, width, height: Math.min(tall, 1500) } })
          facts.pictures += 1
        }
      }
    }
  }
  facts.findings = [...findings]
  return facts
})
