import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import zh from './zh'

export type Language = 'zh-CN' | 'en'
const kept: Language = window.localStorage.getItem('language') === 'en' ? 'en' : 'zh-CN'

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as string,
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh } as Record<string, typeof zh>
})

export const locale = computed(() => i18n.global.locale.value)
/** Brings the words where they are not here yet, and then changes all that is shown. */
export async function speak(language: Language): Promise<void> {
  if (language === 'en' && !i18n.global.availableLocales.includes('en')) {
    i18n.global.setLocaleMessage('en', (await import('./en')).default)
  }
  i18n.global.locale.value = language
  window.localStorage.setItem('language', language)
  document.documentElement.lang = language
}
/** The language that this browser was left in. */
export function speakAsBefore(): Promise<void> {
  return speak(kept).catch(() => undefined)
}

/** The words of a key where they stand as they are shown: no members, no other words in them. */
function plain(key: string): string | undefined {
  let at: unknown = i18n.global.getLocaleMessage(locale.value)
  for (const part of key.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string, unknown>)[part]
  }
  return typeof at === 'string' && !/[{@|]/.test(at) ? at : undefined
}
/** Most words need no compiler of messages, which an old PC feels when it opens a page. */
export function t(key: string, members: Record<string, unknown> = {}): string {
  return plain(key) ?? i18n.global.t(key, members)
}
