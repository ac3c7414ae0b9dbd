import { expect, test } from 'vitest'
import en from './en'
import { i18n, t } from './i18n'
import zh from './zh'

function keysOf(words: object, before = ''): string[] {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === 'object' ? keysOf(value as object, `${before}${name}.`) : [`${before}${name}`]
  )
}

test('words without members are said as the library says them, in both languages', () => {
  i18n.global.setLocaleMessage('en', en)
  const members = { n: 3, all: 4, name: '王芳', time: '09:00', who: 'W01', open: 1, done: 2 }
  for (const language of ['zh-CN', 'en']) {
    i18n.global.locale.value = language
    const keys = keysOf(zh)
    expect(keys.length).toBeGreaterThan(500)
    for (const key of keys) {
      expect(String(i18n.global.tm(key)).replace(/\{'.'\}/g, ''), key).not.toMatch(/[@|]/)
      expect(t(key), key).toBe(i18n.global.t(key))
      expect(t(key, members), key).toBe(i18n.global.t(key, members))
    }
  }
  expect(t('menu.of_nothing')).toBe('menu.of_nothing')
  expect(t('menu')).toBe(i18n.global.t('menu'))
  i18n.global.locale.value = 'zh-CN'
})

test('another language changes what was said', () => {
  i18n.global.setLocaleMessage('en', en)
  i18n.global.locale.value = 'en'
  const english = t('menu.intake')
  i18n.global.locale.value = 'zh-CN'
  expect(t('menu.intake')).not.toBe(english)
})
