// How pages look in this browser; kept there, whoever signs in.
import { ref, watch, type Ref } from 'vue'

function kept(name: string, otherwise: string): Ref<string> {
  const value = ref(window.localStorage.getItem(name) ?? otherwise)
  watch(value, now => window.localStorage.setItem(name, now))
  return value
}

export const font = kept('font', '100')
export const fonts = ['100', '125', '150']
export const paper = kept('paper', 'A5')
export const papers = ['A4', 'A5', '80mm']

/** What a new appeal is filled in with: as the last one that was saved here. */
export interface Filled {
  type?: string
  region?: string
}
export function filled(): Filled {
  try {
    return JSON.parse(window.localStorage.getItem('intake') ?? '{}') as Filled
  } catch {
    return {}
  }
}
export function fill(next: Filled): void {
  window.localStorage.setItem('intake', JSON.stringify(next))
}
