import { describe, expect, it } from 'vitest'
import en from './en'
import { speak, t } from './i18n'
import { instant, limit, time } from './shown'
import zh from './zh'

function keys(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'object' ? keys(value as object, `${prefix}${name}.`) : [`${prefix}${name}`])
}
function members(tree: object): Record<string, string[]> {
  const all: Record<string, string[]> = {}
  const walk = (part: object, prefix: string): void => {
    for (const [name, value] of Object.entries(part)) {
      if (typeof value === 'object') walk(value as object, `${prefix}${name}.`)
      else all[prefix + name] = [...String(value).matchAll(/\{(\w+)\}/g)].map(one => one[1]!).sort()
    }
  }
  walk(tree, '')
  return all
}

describe('words', () => {
  it('are there in both languages, about the same things', () => {
    expect(keys(en)).toEqual(keys(zh))
    const [chinese, english] = [members(zh), members(en)]
    const empty = keys(zh).filter(key => chinese[key] === undefined)
    expect(empty).toEqual([])
    for (const [key, names] of Object.entries(chinese)) {
      if (key === 'board.count') continue
      expect(english[key], key).toEqual(names)
    }
  })
})

describe('a language', () => {
  it('is changed for all, and what has members gets them', async () => {
    expect(t('bar.pending', { n: 3 })).toContain('3')
    expect(t('bar.pending', { n: 3 })).not.toContain('{')
    expect(t('brand')).toBe(zh.brand)
    await speak('en')
    expect(t('brand')).toBe(en.brand)
    expect(document.documentElement.lang).toBe('en')
    await speak('zh-CN')
    expect(t('brand')).toBe(zh.brand)
  })
})

describe('times', () => {
  it('are Beijing time, to the minute', () => {
    expect(time('2026-11-23T09:08:07+08:00')).toBe('2026-11-23 09:08')
    expect(time(null)).toBe('')
    expect(instant(Date.UTC(2026, 10, 23, 16, 5))).toBe('2026-11-24 00:05')
    expect(instant(null)).toBe('')
  })
  it('end a day at 24:00 of that day', () => {
    expect(limit('2026-11-24T00:00:00+08:00')).toBe('2026-11-23 24:00')
    expect(limit('2026-11-24T17:30:00+08:00')).toBe('2026-11-24 17:30')
    expect(limit(null)).toBe('')
  })
})
