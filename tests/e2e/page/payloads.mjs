// Appeals full of what runs in careless pages, opened once on every page that can show them.
import { asked, open, shot, signIn } from './browser.mjs'

await open(async page => {
  const facts = { dialogs: 0, ran: false, opened: 0, shown: 0 }
  page.on('dialog', async dialog => {
    facts.dialogs += 1
    await dialog.dismiss()
  })
  await signIn(page, asked.link, asked.user, asked.password)
  const look = async path => {
    await page.goto(`${asked.link}#${path}`)
    await page.waitForSelector('main h1')
    await page.waitForTimeout(120)
    facts.opened += 1
    const found = await page.evaluate(() => ({
      ran: Boolean(window.__ran),
      foreign: document.querySelectorAll(
        'main script, main iframe, main object, main embed, main img, main svg:not(.el-icon svg), main style, main base, main form[action]'
      ).length,
      handlers: [...document.querySelectorAll('main *')].filter(element =>
        [...element.attributes].some(one => one.name.startsWith('on'))).length
    }))
    facts.ran = facts.ran || found.ran
    if (found.foreign || found.handlers) facts.strange = `${path}: ${JSON.stringify(found)}`
  }
  for (const path of ['/appeals', '/today', '/conflicts', '/meetings', '/intake']) await look(path)
  for (const id of asked.ids) {
    await look(`/appeals/${id}`)
    const shown = await page.waitForFunction(() => {
      const text = document.querySelector('main').innerText
      return text.includes('«') && text.includes('»')
    }, undefined, { timeout: 10000 }).catch(() => null)
    if (shown) facts.shown += 1
  }
  await look(`/print/${asked.ids[0]}`)
  await shot(page, 'payload')
  return facts
})
