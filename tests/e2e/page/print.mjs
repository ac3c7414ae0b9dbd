// Papers as a printer gets them: on which size, on how many sheets, with nothing of the page around.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asked, open, signIn } from './browser.mjs'

await open(async page => {
  const facts = { papers: {} }
  await signIn(page, asked.link, asked.user, asked.password)
  for (const paper of ['A5', '80mm', 'A4']) {
    await page.goto(`${asked.link}#/appeals`)
    await page.goto(`${asked.link}#/print/${asked.id}`)
    await page.selectOption('#paper', paper)
    await page.waitForSelector(`.paper-${paper}`)
    await page.emulateMedia({ media: 'print' })
    const text = await page.innerText('body')
    const wide = await page.evaluate(() => {
      const box = document.querySelector('.paper').getBoundingClientRect()
      const cells = [...document.querySelectorAll('.paper td')]
      return cells.filter(one => one.getBoundingClientRect().right > box.right + 1).length
    })
    await page.emulateMedia({ media: null })
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: false })
    const raw = pdf.toString('latin1')
    const boxes = [...raw.matchAll(/\/MediaBox\s*\[([^\]]+)\]/g)].map(one =>
      one[1].trim().split(/\s+/).map(Number))
    facts.papers[paper] = {
      sheets: boxes.length, width: boxes[0]?.[2], height: boxes[0]?.[3], text, wide
    }
    if (process.env.JIUYING_SCREENSHOTS) {
      mkdirSync(process.env.JIUYING_SCREENSHOTS, { recursive: true })
      writeFileSync(join(process.env.JIUYING_SCREENSHOTS, `print-${paper}.pdf`), pdf)
    }
  }
  return facts
})
