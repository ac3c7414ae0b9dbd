// A newcomer at a station, by the page alone: set up, record by keyboard, see it delivered, find it,
// edit it while the hub edits it too, decide the conflict.
import { asked, axe, open, shot } from './browser.mjs'

await open(async (page, newPage) => {
  const facts = { axe: [] }
  const check = async name => {
    for (const finding of await axe(page)) facts.axe.push(`${name}: ${finding}`)
    await shot(page, `station-${name}`)
  }
  const began = Date.now()
  await page.goto(asked.setup)
  await page.waitForSelector('#name:focus')
  await check('setup')
  await page.keyboard.type('王芳')
  await page.fill('#password', asked.password)
  await page.fill('#again', asked.password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('#contact:focus')
  facts.setup_left_in_url = page.url().includes('code=')
  await check('intake')

  // By keyboard alone; only what is no text counts.
  let keys = 0
  const press = async key => {
    keys += 1
    await page.keyboard.press(key)
  }
  await page.keyboard.type('王小二')
  await press('Tab')
  await page.keyboard.type('13900005678')
  await press('Tab')
  await page.keyboard.type(asked.text)
  // The draft reaches the node while one goes on.
  await page.waitForFunction(() => document.body.innerText.includes('草稿已存'))
  await press('Control+Enter')
  await page.waitForSelector('.said .number')
  facts.keys = keys
  facts.number = (await page.innerText('.said .number')).trim()
  facts.seconds_to_saved = (Date.now() - began) / 1000
  facts.form_empty = (await page.inputValue('#text')) === ''
  await page.waitForFunction(() => document.querySelector('.said')?.innerText.includes('已送达区中心'))
  facts.seconds_to_delivered = (Date.now() - began) / 1000
  await page.waitForFunction(() => document.querySelector('.bar')?.className.includes('good'))
  await check('saved')

  // The same phone again: the page says so.
  await page.fill('#phone', '13900005678')
  await page.keyboard.press('Tab')
  await page.waitForTimeout(500)
  facts.same_phone_shown = (await page.innerText('main')).includes('以前登记过')
  await check('same-phone')
  await page.click('button:has-text("清空重写")')

  await page.keyboard.press('F4')
  await page.waitForSelector('#words:focus')
  await page.keyboard.type('路灯')
  await page.waitForSelector(`.virtual a:has-text("${facts.number}")`)
  await check('appeals')
  await page.click(`.virtual a:has-text("${facts.number}")`)
  await page.waitForSelector('dl.facts')
  facts.masked = (await page.innerText('main')).includes('139****5678')
  facts.leaked = (await page.content()).includes('13900005678')
  await check('appeal')
  await page.click('button:has-text("查看完整信息")')
  await page.click('button:has-text("联系本人")')
  await page.waitForFunction(() => document.body.innerText.includes('13900005678'))
  await check('revealed')

  // At the hub somebody has the same appeal open.
  const hub = await newPage()
  await hub.goto(asked.hub_setup)
  await hub.waitForSelector('#name:focus')
  await hub.keyboard.type('赵敏')
  await hub.fill('#password', asked.password)
  await hub.fill('#again', asked.password)
  await hub.keyboard.press('Enter')
  await hub.waitForSelector('.tiles')
  await shot(hub, 'hub-board')
  facts.setup_done = true
  console.error('CUT')
  await waitForFile(asked.cut)

  const edit = async (target, id, phone) => {
    await target.goto(`${new URL(target.url()).origin}/#/appeals/${id}`)
    await target.waitForSelector('dl.facts')
    await target.click('button:has-text("修改")')
    await target.fill('#edit-phone', phone)
    await target.keyboard.press('Control+Enter')
    await target.waitForSelector('button:has-text("修改"):not([type=submit])')
  }
  const id = page.url().split('/').pop()
  await edit(page, id, '13900000001')
  await edit(hub, id, '13900000002')
  await page.waitForFunction(() => document.querySelector('.bar')?.innerText.includes('待上传'))
  facts.green_while_waiting = (await page.getAttribute('.bar', 'class')).includes('good')
  await shot(page, 'station-offline')
  console.error('MEND')
  await page.goto(`${new URL(page.url()).origin}/#/sync`)
  await waitForFile(asked.mend)
  await page.click('button:has-text("立即同步")')
  await page.waitForSelector('.said')
  await check('sync')
  await page.waitForSelector('.bar a:has-text("冲突")')
  await page.click('.bar a:has-text("冲突")')
  await page.waitForSelector('table a:has-text("去裁决")')
  await check('conflicts')
  await page.click('table a:has-text("去裁决")')
  await page.waitForSelector('.pick')
  facts.preselected = await page.locator('.pick input:checked').count()
  await page.click('button:has-text("就这样定")')
  facts.asks_to_choose = (await page.innerText('main')).includes('请先选一个')
  await page.click('button:has-text("显示完整内容")')
  await page.click('button:has-text("裁决冲突")')
  await page.waitForFunction(() => document.body.innerText.includes('13900000002'))
  await check('conflict')
  await page.click('.pick:has-text("13900000002")')
  await page.click('button:has-text("就这样定")')
  await page.waitForFunction(() => document.body.innerText.includes('已裁决'))
  facts.seconds = (Date.now() - began) / 1000
  await page.goto(`${new URL(page.url()).origin}/#/today`)
  await page.waitForSelector('h1')
  await page.waitForTimeout(500)
  await check('today')
  return facts
})

async function waitForFile(path) {
  const { existsSync } = await import('node:fs')
  const until = Date.now() + 60000
  while (!existsSync(path)) {
    if (Date.now() > until) throw new Error('nobody answered')
    await new Promise(done => setTimeout(done, 50))
  }
}
