// An order's way by clicks: dispatched at the hub's desk, signed for and answered by the unit's own
// account, which sees that order and no other.
import { asked, axe, open, shot, signIn } from './browser.mjs'

await open(async (page, newPage) => {
  const facts = { axe: [] }
  const check = async (target, name) => {
    for (const finding of await axe(target)) facts.axe.push(`${name}: ${finding}`)
    await shot(target, `order-${name}`)
  }
  const choose = async (target, id, word) => {
    await target.click(`#${id}`)
    await target.keyboard.type(word)
    await target.waitForTimeout(250)
    await target.keyboard.press('ArrowDown')
    await target.keyboard.press('Enter')
  }
  await signIn(page, asked.link, 'PD1', asked.password)
  await page.goto(`${asked.link}#/dispatch`)
  await page.click(`.virtual a:has-text("${asked.number}")`)
  await page.waitForSelector('button:has-text("派单")')
  facts.offered = await page.$$eval('section.card .row button.el-button',
    all => all.map(one => one.innerText.trim()))
  await page.click('section button:has-text("派单")')
  await page.waitForSelector('#fact-unit')
  await choose(page, 'fact-unit', '水务')
  await page.selectOption('#fact-type', 'complaint')
  await page.selectOption('#fact-complexity', 'simple')
  // Two that could help, and are taken out again: a reply would wait for them.
  await choose(page, 'fact-co_units', '住建')
  await choose(page, 'fact-co_units', '四褐山')
  await check(page, 'dispatching')
  facts.helpers = await page.$$eval('form .tag.person', all => all.map(one => one.innerText.trim()))
  for (const helper of ['四褐山', '住建']) {
    await page.click(`form .tag.person:has-text("${helper}") button`)
  }
  facts.helpers_left = await page.locator('form .tag.person').count()
  await page.click('button:has-text("确定：派单")')
  await page.waitForSelector('.said')
  await check(page, 'dispatched')

  const unit = await newPage()
  await signIn(unit, asked.link, 'S1', asked.password)
  await unit.goto(`${asked.link}#/appeals`)
  await unit.waitForSelector('.virtual .virtual-row a')
  facts.unit_sees = await unit.$$eval('.virtual-row a.router-link, .virtual-row [role=cell] a',
    all => all.map(one => one.innerText.trim()))
  facts.unit_menu = await unit.$$eval('nav.main a', all => all.map(one => one.innerText.trim()))
  await unit.click(`.virtual a:has-text("${asked.number}")`)
  await unit.waitForSelector('section button:has-text("签收")')
  await unit.click('section button:has-text("签收")')
  await unit.click('button:has-text("确定：签收")')
  await unit.waitForSelector('section button:has-text("先行联系")')
  await unit.click('section button:has-text("先行联系")')
  await unit.selectOption('#fact-method', 'phone')
  await unit.selectOption('#fact-reached', 'yes')
  await unit.click('button:has-text("确定：先行联系")')
  await unit.waitForSelector('section button:has-text("回复")')
  await unit.click('section button:has-text("回复")')
  await unit.fill('#fact-answer', '水管已经接好，路面已经恢复。')
  await unit.selectOption('#fact-solved', 'yes')
  await unit.click('button:has-text("确定：回复")')
  await unit.waitForFunction(() => document.body.innerText.includes('已完成：回复'))
  await check(unit, 'replied')
  // The desk that has it open follows by itself.
  await page.waitForFunction(() => document.querySelector('ol.line')?.innerText.includes('水管已经接好'))
  facts.desk_follows = true
  await unit.goto(`${asked.link}#/appeals/${asked.other}`)
  await unit.waitForSelector('.error')
  facts.other_refused = (await unit.innerText('.error')).includes('JY-0401')
  return facts
})
