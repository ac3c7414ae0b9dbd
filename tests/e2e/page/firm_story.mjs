// The enterprise desk: found by name, a contact written down, two records made one after looking at
// what becomes of what, and that undone.
import { asked, axe, open, shot, signIn } from './browser.mjs'

await open(async page => {
  const facts = { axe: [] }
  const check = async name => {
    for (const finding of await axe(page)) facts.axe.push(`${name}: ${finding}`)
    await shot(page, `firm-${name}`)
  }
  await signIn(page, asked.link, 'PD1', asked.password)
  await page.goto(`${asked.link}#/enterprises`)
  await page.waitForSelector('#firm-words:focus')
  await page.keyboard.type('江北')
  await page.waitForFunction(() => document.querySelectorAll('[data-row]').length === 2)
  await check('list')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.click('[data-row]:has-text("江北机械厂")')
  await page.waitForSelector('ol.line li')
  await page.fill('#c-contact', '王经理')
  await page.fill('#c-text', '电话里说月底前搬完')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.said:has-text("联系已记下")')
  facts.timeline = await page.innerText('ol.line')
  facts.masked = facts.timeline.includes('王**') && !facts.timeline.includes('王经理')
  await check('one')

  await page.click('button:has-text("与另一条记录合并")')
  await page.fill('#merge-with', '安徽江北机械有限公司')
  await page.waitForSelector('input[name=into]')
  facts.preselected = await page.locator('input[name=into]:checked').count()
  facts.asks = await page.isDisabled('button:has-text("就这样合并")')
  await page.click('.pick:has-text("安徽江北机械有限公司")')
  await page.waitForSelector('section table')
  facts.preview = await page.innerText('section table')
  facts.along = (await page.innerText('main')).includes('1 件诉求、1 次联系')
  await check('preview')
  await page.click('button:has-text("就这样合并")')
  await page.waitForSelector('.said:has-text("已合并")')
  // It goes on as the other, whose timeline has both.
  await page.goto(`${asked.link}#/enterprises`)
  await page.fill('#firm-words', '江北机械厂')
  await page.waitForFunction(() => document.querySelectorAll('[data-row]').length === 1)
  await page.click('[data-row]')
  await page.waitForSelector('ol.line li')
  facts.both = (await page.$$eval('ol.line a.number', all => all.map(one => one.innerText.trim())))
  await check('merged')
  await page.click('button:has-text("撤销合并")')
  await page.waitForSelector('.said:has-text("已撤销合并")')
  return facts
})
