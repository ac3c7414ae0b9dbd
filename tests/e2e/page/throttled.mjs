// A page under a CPU of a quarter, once it is open: until what was typed is drawn, until a list
// stands and as it is scrolled. opening.mjs has the time until one can type.
import { asked, open, signIn } from './browser.mjs'

await open(async page => {
  const facts = { key: [], typed: [], saved: [], list: [], frames: [] }
  const link = asked.link
  await signIn(page, link, asked.user, asked.password)
  const cookies = await page.context().cookies()
  const browser = page.context().browser()

  /** A window of its own: nothing stored, signed in, throttled. */
  const fresh = async () => {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })
    await context.addCookies(cookies)
    const one = await context.newPage()
    const session = await context.newCDPSession(one)
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    return { context, one, session }
  }
  for (let round = 0; round < asked.rounds; round += 1) {
    const { context, one, session } = await fresh()
    let bytes = 0
    await session.send('Network.enable')
    session.on('Network.loadingFinished', done => (bytes += done.encodedDataLength))
    await one.goto(`${link}#/intake`)
    await one.waitForSelector('#contact:focus')
    facts.bytes = bytes
    await one.keyboard.type('王小二')
    for (const sign of '路灯坏了半个月') {
      facts.typed.push(await one.evaluate(async letter => {
        const box = document.querySelector('#text')
        box.focus()
        const began = performance.now()
        document.execCommand('insertText', false, letter)
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
        return performance.now() - began
      }, sign))
    }
    let began = Date.now()
    await one.keyboard.press('Control+Enter')
    await one.waitForSelector('.said .number')
    facts.saved.push(Date.now() - began)

    began = Date.now()
    await one.keyboard.press('F4')
    await one.waitForSelector('.virtual .virtual-row a')
    facts.list.push(Date.now() - began)
    if (round === asked.rounds - 1) {
      // Ten turns of the wheel a second, each of more than a window.
      await one.evaluate(() => {
        window.__frames = []
        let last = performance.now()
        const note = now => {
          window.__frames.push(now - last)
          last = now
          window.__going = requestAnimationFrame(note)
        }
        window.__going = requestAnimationFrame(note)
      })
      const box = await (await one.$('.virtual')).boundingBox()
      await one.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      for (let turn = 0; turn < 50; turn += 1) {
        await one.mouse.wheel(0, turn < 40 ? 600 : 6000)
        await one.waitForTimeout(100)
      }
      const stopped = Date.now()
      await one.waitForFunction(() => {
        const rows = [...document.querySelectorAll('.virtual-row:not(.virtual-head)')]
        return rows.length > 5 && rows.every(row => row.querySelector('a'))
      })
      facts.blank = Date.now() - stopped
      facts.frames = await one.evaluate(() => {
        cancelAnimationFrame(window.__going)
        return window.__frames.slice(2)
      })
      facts.late = facts.frames.filter(frame => frame > 100).length
    }
    began = Date.now()
    await one.keyboard.press('F2')
    await one.waitForSelector('#contact:focus')
    facts.key.push(Date.now() - began)
    await context.close()
  }
  return facts
})
