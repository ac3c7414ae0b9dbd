// Types on and on, and says how far it is, until it is killed.
import { asked, open, signIn } from './browser.mjs'

await open(async page => {
  await signIn(page, asked.link, asked.user, asked.password)
  await page.waitForSelector('#text')
  await page.focus('#text')
  console.error('TYPING')
  for (let count = 1; count <= 2000; count += 1) {
    await page.keyboard.type(String.fromCharCode(0x4e00 + (count % 500)))
    console.error(`AT ${Date.now()} ${count}`)
    await page.waitForTimeout(40)
  }
  return {}
})
