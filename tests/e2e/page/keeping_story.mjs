// What a system administrator keeps at the hub, by clicks: reasons, channels, an alarm that a person
// settles; and a dispatcher, who finds the new reason in the form of its step.
import { asked, axe, open, shot, signIn } from './browser.mjs'

await open(async (page, newPage) => {
  const facts = { axe: [] }
  const check = async (target, name) => {
    for (const finding of await axe(target)) facts.axe.push(`${name}: ${finding}`)
    await shot(target, `keeping-${name}`)
  }
  await signIn(page, asked.hub, 'DJ1', asked.password)
  await page.goto(`${asked.hub}#/lists`)
  await page.click('.tabs button:has-text("原因")')
  await page.selectOption('#reason-filter', 'withdrawn')
  await page.waitForFunction(() => document.querySelectorAll('table.plain tbody tr').length === 3)
  await page.click('button:has-text("新增一条")')
  await page.waitForSelector('#reason-code:focus')
  await page.fill('#reason-code', 'moved_away')
  await page.fill('#reason-name', '诉求人已搬走')
  await check(page, 'reason-add')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.said:has-text("已新增 moved_away")')
  await page.click('button[aria-label="修改 moved_away"]')
  facts.code_fixed = await page.getAttribute('#reason-code', 'readonly') !== null
  await page.fill('#reason-name', '诉求人搬离本区')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.said:has-text("已修改 moved_away")')
  await page.click('button[aria-label="停用 by_person"]')
  await page.waitForSelector('.said:has-text("已停用 by_person")')
  await page.click('button[aria-label="停用 solved_itself"]')
  await page.waitForSelector('button[aria-label="恢复使用 solved_itself"]')
  await page.click('button[aria-label="恢复使用 solved_itself"]')
  await page.waitForSelector('.said:has-text("solved_itself 又可以用了")')
  await check(page, 'reasons')
  // A step whose list would begin is warned about.
  await page.selectOption('#reason-filter', '')
  await page.click('button:has-text("新增一条")')
  facts.uses = await page.locator('#reason-use option').count()
  const free = await page.$$eval('#reason-use option', all => all.map(one => one.value)
    .filter(value => value && ![...document.querySelectorAll('tbody tr td:first-child')]
      .some(cell => cell.innerText === [...document.querySelectorAll('#reason-use option')]
        .find(option => option.value === value).text)))
  if (free.length) {
    await page.selectOption('#reason-use', free[0])
    facts.warned = (await page.innerText('form .hint')).includes('只能从表里选')
  }
  facts.free = free
  await page.keyboard.press('Escape')

  await page.click('.tabs button:has-text("渠道")')
  await page.click('button:has-text("新增一条")')
  await page.fill('#channel-code', 'Bad Code')
  await page.fill('#channel-name', '园区服务专线')
  await page.keyboard.press('Enter')
  facts.bad_code_kept_out = await page.locator('.said').count() === 0
  await page.fill('#channel-code', 'park_line')
  await page.selectOption('#channel-level', { index: 1 })
  await check(page, 'channel-add')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.said:has-text("已新增 park_line")')
  await page.click('button[aria-label="修改 park_line"]')
  await page.fill('#channel-name', '园区服务热线')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.said:has-text("已修改 park_line")')
  await check(page, 'channels')

  // The bar's red words lead to where the alarm is told and settled.
  await page.click('.bar a:has-text("要人看一看")')
  await page.waitForSelector('.alarm')
  facts.alarm = await page.innerText('.alarm')
  await check(page, 'alarm')
  await page.click('button:has-text("看过了，写下结果")')
  await page.fill('.alarm input', '备用电脑已收回')
  await page.click('button:has-text("记为已处理")')
  await page.waitForFunction(() => !document.querySelector('.alarm'))
  await page.click('details summary')
  facts.settled = await page.innerText('details')
  await page.waitForFunction(() => !document.querySelector('.bar')?.innerText.includes('要人看一看'))
  facts.station = await page.innerText('table.plain tbody tr')
  await check(page, 'stations')

  const desk = await newPage()
  await signIn(desk, asked.hub, 'PD1', asked.password)
  await desk.goto(`${asked.hub}#/appeals/${asked.id}`)
  await desk.click('section button:has-text("撤回")')
  await desk.click('#fact-reason')
  await desk.waitForSelector('.el-select-dropdown__item:has-text("搬离本区")')
  facts.offered = await desk.$$eval('.el-select-dropdown__item', all => all.map(one => one.innerText.trim()))
  return facts
})
