// By clicks: a channel's file at a station, a stick, and at the hub a list, an invitation, a station
// that is revoked.
import { readFileSync } from 'node:fs'
import { asked, axe, open, shot, signIn } from './browser.mjs'

await open(async (page, newPage) => {
  const facts = { axe: [] }
  const check = async (target, name) => {
    for (const finding of await axe(target)) facts.axe.push(`${name}: ${finding}`)
    await shot(target, `work-${name}`)
  }
  await signIn(page, asked.station, 'W1', asked.password)
  await page.click('nav.main a:has-text("导入")')
  await page.setInputFiles('#file', asked.file)
  await page.click('button:has-text("先试运行")')
  await page.waitForSelector('button:has-text("导入这 2 件")')
  facts.refused_rows = await page.$$eval('main table.plain tbody tr td:first-child',
    all => all.map(one => one.innerText.trim()).slice(0, 1))
  facts.rewritten = (await page.innerText('main')).includes('GB18030')
  await check(page, 'tried')
  const count = await page.evaluate(async () =>
    (await (await fetch('/api/appeals', { headers: { 'X-JY-Auto': '1' } })).json()).total)
  facts.nothing_before = count === 0
  await page.click('button:has-text("导入这 2 件")')
  await page.waitForSelector('.said:has-text("已导入 2 件")')
  await check(page, 'imported')

  await page.click('nav.main a:has-text("U 盘")')
  await page.waitForSelector('#folder')
  await page.fill('#folder', asked.stick)
  await page.click('button:has-text("看一看")')
  await page.waitForSelector('button:has-text("算一算"):not([disabled])')
  await page.click('button:has-text("算一算")')
  await page.waitForSelector('.hint:has-text("要写")')
  await check(page, 'stick-counted')
  await page.click('button:has-text("写到 U 盘")')
  await page.waitForSelector('.said:has-text("可以拔出 U 盘")')
  facts.not_delivered_yet = (await page.innerText('main')).includes('这还不算送达')
  await check(page, 'stick-written')

  const hub = await newPage()
  await signIn(hub, asked.hub, 'DJ1', asked.password)
  await hub.click('nav.main a:has-text("代码表")')
  await hub.waitForSelector('table.plain')
  await hub.click('button:has-text("新增一条")')
  await hub.fill('#f-code', 'CGJ')
  await hub.fill('#f-name', '城管')
  await check(hub, 'list-add')
  await hub.keyboard.press('Enter')
  await hub.waitForSelector('.said:has-text("已新增 CGJ")')
  await hub.click('button[aria-label="修改 CGJ"]')
  await hub.fill('#f-name', '区城管局')
  await hub.selectOption('#f-active', 'false')
  await hub.click('form button:has-text("保存")')
  await hub.waitForSelector('.said:has-text("已修改 CGJ")')
  await check(hub, 'list-changed')
  for (const name of ['工作人员', '分类', '区划', '派单目录', '就地办结授权']) {
    await hub.click(`.tabs button:has-text("${name}")`)
    await hub.waitForSelector(`.tabs button[aria-pressed="true"]:has-text("${name}")`)
    await hub.waitForTimeout(200)
  }
  await check(hub, 'lists')

  await hub.click('nav.main a:has-text("站点")')
  await hub.waitForSelector('#station')
  await hub.fill('#station', 'SHG02')
  await hub.fill('#sname', '第二站')
  await hub.click('#sregion')
  await hub.keyboard.type('四褐山')
  await hub.waitForTimeout(300)
  await hub.keyboard.press('ArrowDown')
  await hub.keyboard.press('Enter')
  await hub.click('form button[type=submit]')
  await hub.waitForSelector('a[download="SHG02.invite"]')
  await hub.click('button:has-text("显示二维码")')
  await hub.waitForSelector('svg.qr path')
  facts.qr = (await hub.getAttribute('svg.qr path', 'd')).length > 1000
  await check(hub, 'invited')
  const saving = hub.waitForEvent('download')
  await hub.click('a[download="SHG02.invite"]')
  facts.file = readFileSync(await (await saving).path(), 'utf8').includes('station')
  await hub.click('button:has-text("已经交出去了")')
  facts.gone = (await hub.locator('svg.qr, a[download]').count()) === 0
  await hub.click('tr:has-text("SHG01") button:has-text("停用")')
  await hub.fill('#reason', '电脑丢失')
  await check(hub, 'revoke')
  await hub.click('button:has-text("确定停用")')
  await hub.waitForSelector('.said:has-text("已停用站点 SHG01")')
  await check(hub, 'revoked')
  await hub.click('nav.main a:has-text("规则")')
  await hub.waitForSelector('#policy')
  await hub.click('button:has-text("看一看")')
  await hub.waitForFunction(() => document.querySelector('#policy').value.includes('rules'))
  await check(hub, 'rules')
  return facts
})
