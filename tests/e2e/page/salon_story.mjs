// A salon to the very end of its hardest request, by clicks and keys alone: taken down without a
// link, synced, dispatched, handled, dissatisfied, watched, handled again, visited by a person, taken
// off the watch list, closed; and the meeting closes.
import { existsSync } from 'node:fs'
import { asked, axe, open, shot, signIn } from './browser.mjs'

async function waitForFile(path) {
  const until = Date.now() + 60000
  while (!existsSync(path)) {
    if (Date.now() > until) throw new Error('nobody answered')
    await new Promise(done => setTimeout(done, 50))
  }
}

await open(async (page, newPage) => {
  const facts = { axe: [] }
  const check = async (target, name) => {
    for (const finding of await axe(target)) facts.axe.push(`${name}: ${finding}`)
    await shot(target, `salon-${name}`)
  }
  const at = async (target, path) => {
    await target.goto(`${new URL(target.url()).origin}/#${path}`)
    await target.waitForSelector('main h1')
  }
  const choose = async (target, id, word) => {
    await target.click(`#${id}`)
    await target.keyboard.type(word)
    await target.waitForTimeout(250)
    await target.keyboard.press('ArrowDown')
    await target.keyboard.press('Enter')
  }
  const confirm = async (target, name) => {
    await target.click(`button:has-text("确定：${name}")`)
    await target.waitForFunction(word => document.body.innerText.includes(`已完成：${word}`), name)
  }
  const act = async (target, name, fill = async () => undefined) => {
    await target.waitForSelector(`section .row button.el-button:has-text("${name}")`)
    await target.click(`section .row button.el-button:has-text("${name}")`)
    await target.waitForSelector(`button:has-text("确定：${name}")`)
    await fill()
    await confirm(target, name)
  }
  const sync = async () => {
    await at(page, '/sync')
    await page.click('button:has-text("立即同步")')
    await page.waitForSelector('.said')
  }

  // At the station: the district's lists come while there is a link.
  await signIn(page, asked.station, 'W3', asked.password)
  await sync()
  console.error('CUT')
  await waitForFile(asked.cut)

  // In a village with no link: the meeting, and three requests typed in the grid.
  await at(page, '/meetings')
  await page.click('button:has-text("登记一场会议")')
  await page.selectOption('#kind', 'salon')
  await page.fill('#mtitle', '鸠地聚企业家沙龙')
  await page.fill('#mplace', '二坝镇会议室')
  await page.fill('#mdate', asked.today)
  await page.click('button:has-text("保存")')
  await page.waitForSelector('.grid')
  const meeting = page.url().split('/').pop()
  facts.meeting = meeting
  await page.focus('[data-row="0"] input[role=combobox]')
  for (const [firm, text] of [['江北甲机械厂', '供水接入受阻，三个月不装表'],
    ['江北乙机械厂', '厂门口的路灯不亮'], ['江北甲机械厂', '提错了的一件']]) {
    await page.keyboard.type(firm)
    await page.keyboard.press('Tab')
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox'
      && document.activeElement.value === '')
  }
  await page.waitForFunction(() => document.querySelectorAll('.grid-done').length === 3)
  const links = await page.$$eval('.grid-done a', all => all.map(one => ({
    number: one.innerText.trim(), id: one.getAttribute('href').split('/').pop() })))
  const [hard, lamp, wrong] = links
  Object.assign(facts, { hard: hard.number, lamp: lamp.number })
  await page.waitForFunction(() => document.querySelector('.bar')?.innerText.includes('待上传'))
  facts.green_without_link = (await page.getAttribute('.bar', 'class')).includes('good')
  await check(page, 'taken-down')
  // One was a mistake: taken back where it was written.
  await at(page, `/appeals/${wrong.id}`)
  facts.nothing_to_object = await page.locator('button:has-text("申诉")').count()
  await act(page, '撤回', async () => {
    await choose(page, 'fact-reason', '撤回')
  })

  // The link is back: a click sends it all, and only the receipt turns the bar green.
  console.error('MEND')
  await waitForFile(asked.mend)
  await sync()
  await page.waitForFunction(() => document.querySelector('.bar')?.className.includes('good'))

  // The hub dispatches both.
  const desk = await newPage()
  await signIn(desk, asked.hub, 'PD1', asked.password)
  for (const one of [hard, lamp]) {
    await at(desk, '/dispatch')
    await desk.click(`.virtual a:has-text("${one.number}")`)
    await act(desk, '派单', async () => {
      await choose(desk, 'fact-unit', '住建')
      await desk.selectOption('#fact-type', 'complaint')
      await desk.selectOption('#fact-complexity', 'complex')
    })
  }
  await check(desk, 'dispatched')

  // The unit signs, calls, answers.
  const unit = await newPage()
  await signIn(unit, asked.hub, 'J1', asked.password)
  const reply = async answer => {
    await act(unit, '回复', async () => {
      await unit.fill('#fact-answer', answer)
      await unit.selectOption('#fact-solved', 'yes')
      facts.asks_why_not = (facts.asks_why_not ?? 0) + await unit.locator('#fact-basis').count()
    })
  }
  for (const [one, answer] of [[hard, '已与供水公司协调'], [lamp, '路灯已修好']]) {
    await at(unit, '/appeals')
    await unit.click(`.virtual a:has-text("${one.number}")`)
    await act(unit, '签收')
    await act(unit, '先行联系', async () => {
      await unit.selectOption('#fact-method', 'phone')
      await unit.selectOption('#fact-reached', 'yes')
    })
    await reply(answer)
  }
  // Somebody else reviews.
  const reviewer = await newPage()
  await signIn(reviewer, asked.hub, 'HD1', asked.password)
  const review = async one => {
    await at(reviewer, '/dispatch')
    await reviewer.click('button:has-text("已回复")')
    await reviewer.click(`.virtual a:has-text("${one.number}")`)
    await act(reviewer, '审核通过')
  }
  await review(hard)
  await review(lamp)

  // Visited: one is satisfied and closed with it, the other is not, and comes under watch.
  const visitor = await newPage()
  await signIn(visitor, asked.hub, 'HF1', asked.password)
  const visit = async (one, fill) => {
    await at(visitor, '/visits')
    await visitor.click(`.slip:has-text("${one.number}")`)
    await visitor.waitForSelector(`.visit h2:has-text("${one.number}")`)
    await visitor.click('label:has-text("联系上了")')
    await fill()
    await visitor.keyboard.press('Control+Enter')
    await visitor.waitForFunction(number =>
      document.querySelector('.said')?.innerText.includes(number), one.number)
  }
  await visit(lamp, () => visitor.click('.choice:has-text("非常满意")'))
  await visit(hard, async () => {
    await visitor.click('.choice:text-is("不满意")')
    await visitor.fill('#visit-detail', '还是没有水')
  })
  await visitor.waitForSelector('.slip .tag:has-text("重点关注")')
  await visitor.click('.visit button:has-text("重办")')
  await visitor.fill('#fact-reason', '没解决')
  await visitor.click('button:has-text("确定：重办")')
  await visitor.waitForFunction(number => ![...document.querySelectorAll('.slip')]
    .some(one => one.innerText.includes(number)), hard.number)

  // Its owner stands in the list; nobody else takes it off, and he not before the firm is satisfied.
  const boss = await newPage()
  await signIn(boss, asked.hub, 'DB1', asked.password)
  await at(boss, '/supervision/watch')
  await boss.click(`.slip:has-text("${hard.number}")`)
  await boss.waitForSelector('.bench-one button:has-text("换责任人")')
  facts.others_take_it_off = await boss.locator('button:has-text("移出重点关注")').count()
  facts.trigger = await boss.innerText(`.slip:has-text("${hard.number}")`)
  const owner = await newPage()
  await signIn(owner, asked.hub, 'QY1', asked.password)
  await at(owner, '/supervision/watch')
  await owner.click(`.slip:has-text("${hard.number}")`)
  await owner.click('.bench-one button:has-text("移出重点关注")')
  facts.grounds = await owner.$$eval('#fact-ground option', all => all.map(one => one.value))
  await owner.selectOption('#fact-ground', 'lawfully_unsolvable')
  facts.asks_leader = await owner.locator('#fact-person').count()
    + await owner.locator('#fact-basis').count()
  await owner.selectOption('#fact-ground', 'satisfied')
  facts.asks_leader_when_satisfied = await owner.locator('#fact-basis').count()
  await owner.click('button:has-text("确定：移出重点关注")')
  await owner.waitForSelector('.bench-one .error')
  facts.too_early = await owner.innerText('.bench-one .error')
  await check(owner, 'exit-too-early')

  // Handled again, reviewed, and asked by a person at the door.
  await at(unit, '/appeals')
  await unit.click(`.virtual a:has-text("${hard.number}")`)
  await reply('水表已装好，已经通水')
  await review(hard)
  await visit(hard, async () => {
    await visitor.selectOption('#visit-method', 'door')
    await visitor.click('.choice:text-is("满意")')
  })
  await visitor.waitForSelector('.visit .hint:has-text("先由责任人移出")')
  facts.close_while_watched = await visitor.locator('.visit button:text-is("办结")').count()
  await check(visitor, 'visited-watched')

  // The exit, by a click of the owner; then the visitor, who had it open all the time, may close it.
  await at(owner, '/supervision')
  await at(owner, '/supervision/watch')
  await owner.click(`.slip:has-text("${hard.number}")`)
  await owner.waitForSelector('.tag:has-text("已有人工回访")')
  await owner.click('.bench-one button:has-text("移出重点关注")')
  await owner.selectOption('#fact-ground', 'satisfied')
  await check(owner, 'exit')
  await owner.click('button:has-text("确定：移出重点关注")')
  await owner.waitForSelector(`.said:has-text("${hard.number} 已移出重点关注")`)
  await owner.waitForFunction(() => !document.querySelector('.slip'))
  await check(owner, 'left')
  await visitor.waitForSelector('.visit button:text-is("办结")')
  await visitor.click('.visit button:text-is("办结")')
  await visitor.selectOption('#fact-ground', 'satisfied')
  await visitor.click('button:has-text("确定：办结")')
  await visitor.waitForFunction(number => ![...document.querySelectorAll('.slip')]
    .some(one => one.innerText.includes(number)), hard.number)

  // Back at the station: what became of it, and the meeting's end.
  await sync()
  await at(page, `/meetings/${meeting}`)
  await page.waitForSelector('button:has-text("会议办结"):not([disabled])')
  facts.states = await page.$$eval('.grid-done .tag', all => all.map(one => one.innerText.trim()))
  await page.click('button:has-text("会议办结")')
  await page.waitForSelector('.said:has-text("会议已办结")')
  await check(page, 'closed')
  await sync()
  await page.waitForFunction(() => document.querySelector('.bar')?.className.includes('good'))
  await at(desk, '/meetings')
  await desk.waitForSelector('tr:has-text("鸠地聚企业家沙龙") .tag:has-text("已办结")')
  await check(desk, 'hub-closed')
  return facts
})
