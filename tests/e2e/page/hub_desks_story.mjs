// Supervision and visits at the hub by clicks and keys: an instruction and its feedback, a hard case,
// a work list, a visit that puts a firm's request under watch, and the way off that list.
import { asked, axe, open, shot, signIn } from './browser.mjs'

await open(async (page, newPage) => {
  const facts = { axe: [] }
  const check = async (target, name) => {
    for (const finding of await axe(target)) facts.axe.push(`${name}: ${finding}`)
    await shot(target, `desk-${name}`)
  }
  const act = async (target, name, fill) => {
    await target.click(`section .row button.el-button:has-text("${name}")`)
    await target.waitForSelector(`button:has-text("确定：${name}")`)
    await fill()
    await target.click(`button:has-text("确定：${name}")`)
    await target.waitForFunction(word => document.body.innerText.includes(`已完成：${word}`), name)
  }
  // The visitor: the first that is his is open; who handled it cannot.
  await signIn(page, asked.link, 'HF1', asked.password)
  await page.goto(`${asked.link}#/visits`)
  await page.waitForSelector('.visit')
  await page.waitForFunction(() => document.querySelector('.visit dl')?.innerText.includes('已办理'))
  facts.first = await page.innerText('.visit h2')
  facts.phone_masked = (await page.innerText('.big-phone')).includes('****')
  await check(page, 'visits')
  await page.click('button:has-text("显示电话")')
  await page.waitForFunction(() => document.querySelector('.big-phone')?.innerText.includes('13900000001'))
  await page.focus('#visit-method')
  await page.keyboard.press('Control+Enter')
  facts.asks = (await page.innerText('.visit')).includes('请先选一个')
  await page.click('label:has-text("联系上了")')
  await page.click('.choice:has-text("不满意") >> nth=0')
  await page.fill('#visit-detail', '还是没修好')
  await check(page, 'visit-bad')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.said')
  await page.waitForSelector('.slip .tag:has-text("重点关注")')
  facts.rework_offered = await page.locator('.visit button:has-text("重办")').count()
  await check(page, 'visit-after')
  // The next by keyboard, satisfied: visited and closed in one.
  await page.keyboard.press('Alt+n')
  await page.waitForFunction(was => document.querySelector('.visit h2')
    && document.querySelector('.visit h2').innerText !== was, facts.first)
  await page.click('label:has-text("联系上了")')
  await page.focus('#visit-grade')
  await page.keyboard.press('Space')
  await page.waitForSelector('button:has-text("记下并办结")')
  await page.keyboard.press('Control+Enter')
  await page.waitForFunction(number => document.querySelector('.said')?.innerText.includes(number),
    asked.good)
  await page.waitForFunction(number => ![...document.querySelectorAll('.slip')]
    .some(one => one.innerText.includes(number)), asked.good)

  // The supervisor: what is watched and why; supervised by hand.
  const boss = await newPage()
  await signIn(boss, asked.link, 'DB1', asked.password)
  await boss.goto(`${asked.link}#/supervision/watch`)
  await boss.click(`.slip:has-text("${asked.bad}")`)
  await boss.waitForSelector('h2:has-text("为什么重点关注")')
  facts.cause = await boss.innerText('.bench-one section')
  await check(boss, 'watch')
  await boss.waitForSelector('section .row button:has-text("督办")')
  await act(boss, '督办', async () => {
    await boss.fill('#fact-level', '2')
    await boss.fill('#fact-detail', '请三日内重办')
  })
  const leader = await newPage()
  await signIn(leader, asked.link, 'LD1', asked.password)
  await leader.goto(`${asked.link}#/appeals/${asked.badId}`)
  await leader.waitForSelector('section .row button:has-text("批示")')
  await act(leader, '批示', async () => {
    await leader.fill('#fact-due_at', asked.due)
    await leader.fill('#fact-detail', '限三天修好并报告')
  })
  await boss.goto(`${asked.link}#/supervision/orders`)
  await boss.waitForSelector(`.slip:has-text("${asked.bad}")`)
  facts.slip = await boss.innerText(`.slip:has-text("${asked.bad}")`)
  await boss.click(`.slip:has-text("${asked.bad}")`)
  await boss.waitForSelector('.bench-one .hint:has-text("限三天修好")')
  await check(boss, 'supervised')
  // The feedback names the instruction by its time, not by an id that nobody knows.
  await boss.waitForSelector('section .row button:has-text("批示反馈")')
  await act(boss, '批示反馈', async () => {
    facts.target = await boss.locator('#fact-target option:checked').innerText()
    await boss.fill('#fact-detail', '路已修好，照片附后')
  })
  await boss.waitForFunction(() => document.querySelector('.bench-one .hint')
    ?.innerText.includes('路已修好'))

  // A hard case, from its entry to the end by another person.
  await boss.goto(`${asked.link}#/supervision/cases`)
  await boss.click('button:has-text("列一个难办点")')
  await boss.fill('#case-title', '老厂区供水管网权属不清')
  await boss.selectOption('#case-cause', 'legacy')
  await boss.fill('#case-target', '2027-03-31')
  await boss.click('#case-lead')
  await boss.keyboard.type('住建')
  await boss.waitForTimeout(250)
  await boss.keyboard.press('ArrowDown')
  await boss.keyboard.press('Enter')
  await boss.fill('#case-orders', asked.bad)
  await boss.click('button:has-text("保存")')
  await boss.waitForSelector('#case-progress')
  await boss.fill('#case-progress', '已约产权单位开会')
  await boss.click('button:has-text("记进展")')
  await boss.waitForFunction(() => document.body.innerText.includes('已约产权单位开会'))
  await boss.fill('#case-evidence', '移交协议已签')
  await boss.click('button:has-text("提出销号")')
  await boss.waitForFunction(() => document.body.innerText.includes('等另一位领导批准'))
  await check(boss, 'case')
  await leader.goto(`${asked.link}#/supervision/cases`)
  await leader.click('.slip:has-text("老厂区")')
  await leader.click('.bench-one button:has-text("批准销号")')
  await leader.waitForFunction(() => document.querySelector('.bench-list')?.innerText.includes('已销号'))

  // A work list waits for its orders.
  await boss.goto(`${asked.link}#/supervision/lists`)
  await boss.click('button:has-text("列一份清单")')
  await boss.fill('#list-title', '沙龙诉求清单')
  await boss.click('#list-owner')
  await boss.keyboard.type('督甲')
  await boss.waitForTimeout(250)
  await boss.keyboard.press('ArrowDown')
  await boss.keyboard.press('Enter')
  await boss.fill('#list-items', `${asked.bad},${asked.good}`)
  await boss.click('button:has-text("保存")')
  await boss.waitForFunction(() => document.body.innerText.includes('还有 1 件没办完'))
  facts.list_waits = await boss.isDisabled('button:has-text("清单办结")')
  await check(boss, 'list')

  // A dispatcher's desk has no visits; a unit's account has none of these.
  facts.menus = await leader.$$eval('nav.main a', all => all.map(one => one.innerText.trim()))
  return facts
})
