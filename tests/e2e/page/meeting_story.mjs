// A salon by the page alone: twenty requests of eight firms typed by keyboard, two more pasted, one
// that is refused and mended, minutes, and a meeting that closes.
import { asked, axe, open, shot, signIn } from './browser.mjs'

await open(async (page, newPage) => {
  const facts = { axe: [] }
  const check = async name => {
    for (const finding of await axe(page)) facts.axe.push(`${name}: ${finding}`)
    await shot(page, `meeting-${name}`)
  }
  const origin = new URL(asked.link).origin
  await signIn(page, asked.link, 'W3', asked.password)
  await page.goto(`${origin}/#/meetings`)
  await page.click('button:has-text("登记一场会议")')
  await page.selectOption('#kind', 'salon')
  await page.fill('#mtitle', '企业家沙龙')
  await page.fill('#mplace', '二坝镇会议室')
  await page.fill('#mdate', '2026-11-20')
  await page.click('button:has-text("保存")')
  await page.waitForSelector('.grid')
  const meeting = page.url().split('/').pop()

  // By keyboard alone. A firm that was there before is chosen from the list; a new one is typed.
  await page.focus('[data-row="0"] input[role=combobox]')
  const began = Date.now()
  const request = async (at, firm, text) => {
    if (at >= 8 && at % 2) {
      await page.keyboard.type(firm.slice(0, 4))
      await page.waitForSelector(`.firms li:has-text("${firm}")`)
      const listed = await page.$$eval('.firms li', all => all.map(one => one.innerText.trim()))
      for (let step = 0; step <= listed.indexOf(firm); step += 1) await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
    } else {
      await page.keyboard.type(firm)
    }
    await page.keyboard.press('Tab')
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
    // On with the next while this one is saved.
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox'
      && document.activeElement.value === '')
  }
  for (let at = 0; at < 20; at += 1) {
    await request(at, `江北${'甲乙丙丁戊己庚辛'[at % 8]}机械厂`, `第${at + 1}件：厂门口的路坏了。请修一修`)
    if (at === 1) await page.waitForSelector('.firm-note .tag, .grid-done')
  }
  await page.waitForFunction(() => document.querySelectorAll('.grid-done').length === 20)
  facts.seconds = (Date.now() - began) / 1000
  await check('twenty')

  // A firm under another form of its name is asked about, and told to be new.
  await page.keyboard.type('芜湖江北甲机械厂')
  await page.waitForSelector('.firm-note:has-text("是不是")')
  facts.like = (await page.innerText('.firm-note:has-text("是不是")')).includes('江北甲机械厂')
  facts.new_told = (await page.innerText('.firm-note:has-text("是不是")')).includes('新企业')
  for (let sign = 0; sign < 8; sign += 1) await page.keyboard.press('Backspace')

  // Two rows of a spreadsheet; one is refused for its phone, stays, and is mended.
  await page.evaluate(words => {
    const data = new DataTransfer()
    data.setData('text/plain', words)
    document.activeElement.dispatchEvent(new ClipboardEvent('paste',
      { clipboardData: data, bubbles: true, cancelable: true }))
  }, `企业名称\t诉求内容\t联系电话\r\n江北甲机械厂\t粘贴来的一件\t${'1'.repeat(70)}\r\n江北乙机械厂\t粘贴来的二件\t13900000003\r\n`)
  await page.waitForSelector('button:has-text("保存这 2 行")')
  await check('pasted')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.grid-row.bad .wrong')
  await page.waitForFunction(() => document.querySelectorAll('.grid-done').length === 21)
  facts.refused = await page.innerText('.grid-row.bad .wrong')
  facts.still_there = await page.inputValue('.grid-row.bad textarea')
  await check('refused')
  // It is still there after the page was closed and opened again.
  await page.waitForFunction(() => document.body.innerText.includes('没保存的行已留在本机'))
  await page.reload()
  await page.waitForSelector('.hint:has-text("上次有 1 行")')
  facts.kept = await page.inputValue('[data-row="0"] textarea')
  await page.fill('[data-row="0"] [data-column="phone"]', '13900000004')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.querySelectorAll('.grid-done').length === 22)

  // The node saved it and its answer got lost: the row says so, and is not there twice.
  await page.route('**/notes', async route => {
    await route.fetch()
    await route.abort()
  }, { times: 1 })
  await page.focus('[data-row="0"] input[role=combobox]')
  await page.keyboard.type('江北丙机械厂')
  await page.keyboard.press('Tab')
  await page.keyboard.type('答复丢了的一件')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.tag:has-text("没有应答")')
  facts.unsure_kept = await page.inputValue('[data-row="0"] textarea')
  await page.focus('[data-row="0"] textarea')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.querySelectorAll('.grid-done').length === 23
    && !document.body.innerText.includes('没有应答，不知'))

  // While an input method composes, Enter is its own.
  await page.focus('[data-row="0"] textarea')
  facts.composing = await page.evaluate(() => {
    const box = document.activeElement
    box.dispatchEvent(new CompositionEvent('compositionstart', { data: '' }))
    const key = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, isComposing: true })
    box.dispatchEvent(key)
    return key.defaultPrevented
  })

  await page.fill('#attendees', '王总、李总')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.person:has-text("李总")')
  await page.fill('#minutes', '会议听取了八家企业的诉求。')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.said:has-text("纪要已保存")')
  facts.open_listed = await page.locator('.waiting-list li').count()
  facts.cannot_close = await page.isDisabled('button:has-text("会议办结")')
  await check('closing')

  // Somebody else wrote the minutes meanwhile: nothing is covered unseen.
  const other = await newPage()
  await other.context().addCookies(await page.context().cookies())
  await other.goto(`${origin}/#/meetings/${meeting}`)
  await other.waitForSelector('#minutes')
  await page.fill('#minutes', '我写的纪要')
  await other.fill('#minutes', '别人写的纪要')
  await other.keyboard.press('Control+Enter')
  await other.waitForSelector('.said:has-text("纪要已保存")')
  await page.focus('#minutes')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.hint:has-text("别人写的纪要")')
  facts.mine_kept = await page.inputValue('#minutes')

  // A meeting with one request, which is taken back: then it closes.
  await page.goto(`${origin}/#/meetings`)
  await page.click('button:has-text("登记一场会议")')
  await page.selectOption('#kind', 'joint_meeting')
  await page.fill('#mtitle', '联席会')
  await page.click('button:has-text("保存")')
  await page.waitForSelector('[data-row="0"] input[role=combobox]')
  const second = page.url()
  await page.focus('[data-row="0"] input[role=combobox]')
  await page.keyboard.type('江北甲机械厂')
  await page.keyboard.press('Tab')
  await page.keyboard.type('提错了的一件')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.grid-done a')
  await page.click('.grid-done a')
  await page.waitForSelector('section button:has-text("撤回")')
  await page.click('section button:has-text("撤回")')
  await page.waitForSelector('#fact-reason')
  await page.click('#fact-reason')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.click('button:has-text("确定：撤回")')
  await page.waitForSelector('.said')
  await page.goto(second)
  await page.waitForSelector('button:has-text("会议办结"):not([disabled])')
  await page.click('button:has-text("会议办结")')
  await page.waitForSelector('.said:has-text("会议已办结")')
  facts.closed = true
  await check('closed')
  facts.meeting = meeting
  return facts
})
