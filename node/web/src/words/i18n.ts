import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import en from './en'
import zh from './zh'

export type Language = 'zh-CN' | 'en'
const kept = window.localStorage.getItem('language')

export const i18n = createI18n({
  legacy: false,
  locale: kept === 'en' ? 'en' : 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh, en }
})

export const locale = computed(() => i18n.global.locale.value)
export function speak(language: Language): void {
  i18n.global.locale.value = language
  window.localStorage.setItem('language', language)
  document.documentElement.lang = language
}
document.documentElement.lang = locale.value

export function t(key: string, members: Record<string, unknown> = {}): string {
  return i18n.global.t(key, members)
}
