// Two people with the same appeal open, and a person who writes with an input method.
import { asked, open, shot, signIn } from './browser.mjs'

await open(async (page, newPage) => {
  const facts = {}
  const other = await newPage()
  await signIn(page, asked.link, 'W01', asked.password)
  await signIn(other, asked.link, 'W02', asked.password)
  for (const one of [page, other]) {
    await one.goto(`${asked.link}#/appeals/${asked.id}`)
    await one.waitForSelector('dl.facts')
    await one.click('button:has-text("修改")')
  }
  await page.fill('#edit-title', '第一个人的标题')
  await other.fill('#edit-title', '第二个人的标题')
  await other.fill('#edit-place', '三组')
  await page.keyboard.press('Control+Enter')
  await page.waitForFunction(() => document.querySelector('h1')?.innerText.includes('第一个人'))
  await other.click('button:has-text("保存修改")')
  await other.waitForSelector('.error')
  await shot(other, 'second-editor')
  const said = await other.innerText('main')
  facts.told = said.includes('JY-1114') && said.includes('第一个人的标题')
  facts.kept = (await other.inputValue('#edit-title')) === '第二个人的标题'
  await other.click('button:has-text("保存修改")')
  await other.waitForFunction(() => document.querySelector('h1')?.innerText.includes('第二个人'))
  await page.waitForFunction(() => document.querySelector('h1')?.innerText.includes('第二个人'))
  facts.other_page_follows = true

  // An input method composes: its Enter is not ours.
  await page.goto(`${asked.link}#/intake`)
  await page.waitForSelector('#text')
  await page.focus('#text')
  const debug = await page.context().newCDPSession(page)
  await debug.send('Input.imeSetComposition', { text: 'lu deng', selectionStart: 7, selectionEnd: 7 })
  await page.keyboard.press('Control+Enter')
  await page.keyboard.press('F2')
  await page.waitForTimeout(400)
  facts.saved_while_composing = (await page.locator('.said').count()) > 0
  await debug.send('Input.insertText', { text: '路灯不亮' })
  facts.text = await page.inputValue('#text')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.said')

  // The list filters while one composes, and is chosen from by keys alone.
  await page.focus('#region')
  await page.keyboard.type('官陡')
  await page.waitForTimeout(300)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  facts.region = await page.evaluate(() =>
    document.querySelector('#region')?.closest('.el-select')?.innerText ?? '')
  return facts
})
