// Every page of a node, in both languages and at two sizes: looked at, walked through by Tab, and
// checked by axe.
import { asked, axe, open, shot, signIn, tabWalk } from './browser.mjs'

await open(async page => {
  const facts = { axe: [], tab: [], navigation: [], pages: 0 }
  await signIn(page, asked.link, asked.user, asked.password)
  for (const language of ['zh', 'en']) {
    for (const size of ['100', '150']) {
      await page.evaluate(([tongue, font]) => {
        window.localStorage.setItem('language', tongue)
        window.localStorage.setItem('font', font)
      }, [language === 'en' ? 'en' : 'zh-CN', size])
      await page.reload()
      await page.waitForSelector('nav.main')
      for (const path of asked.paths) {
        await page.goto(`${asked.link}#${path}`)
        await page.waitForSelector('main h1')
        await page.waitForTimeout(250)
        const name = `${asked.name}${path.replaceAll('/', '-').slice(0, 24)}-${language}-${size}`
        for (const finding of await axe(page)) facts.axe.push(`${name}: ${finding}`)
        await shot(page, name)
        facts.pages += 1
        const overflow = await page.evaluate(() =>
          document.documentElement.scrollWidth - document.documentElement.clientWidth)
        if (overflow > 1) facts.tab.push(`${name}: ${overflow} px wider than the window`)
        if (size !== '100' || language !== 'zh') continue
        const walk = await tabWalk(page)
        for (const finding of walk.bad) facts.tab.push(`${name}: ${finding}`)
        const links = await page.$$eval('nav.main a', all => all.map(one => one.innerText.trim()))
        for (const link of links) {
          if (!walk.reached.some(one => one.startsWith(link.slice(0, 4)))) {
            facts.navigation.push(`${name}: Tab does not reach ${link}`)
          }
        }
      }
    }
  }
  return facts
})
