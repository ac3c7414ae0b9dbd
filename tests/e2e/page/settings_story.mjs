// What a person sets for this browser, and that it stays.
import { asked, axe, open, shot, signIn } from './browser.mjs'

await open(async page => {
  const facts = {}
  await signIn(page, asked.link, asked.user, asked.password)
  await page.goto(`${asked.link}#/intake`)
  await page.selectOption('#type', 'complaint')
  await page.fill('#text', '三组村口的路灯坏了半个月')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.said .number')
  await page.click('.tools a:has-text("设置")')
  await page.waitForSelector('h1:has-text("设置")')
  facts.told = await page.innerText('main')
  facts.axe = await axe(page)
  await shot(page, 'settings')
  await page.click('button:has-text("不再先填")')
  await page.selectOption('#sheet', '80mm')
  await page.selectOption('#font', '150')
  await page.selectOption('#language', 'en')
  await page.waitForSelector('h1:has-text("Settings")')
  await page.reload()
  await page.waitForSelector('h1:has-text("Settings")')
  facts.after = {
    font: await page.evaluate(() => document.documentElement.className),
    sheet: await page.inputValue('#sheet'), filled: await page.innerText('section.card >> nth=0')
  }
  await page.goto(`${asked.link}#/print/${asked.id}`)
  await page.waitForSelector('#paper')
  facts.printed_on = await page.inputValue('#paper')
  await page.goto(`${asked.link}#/intake`)
  await page.waitForSelector('#type')
  facts.type = await page.inputValue('#type')
  return facts
})
