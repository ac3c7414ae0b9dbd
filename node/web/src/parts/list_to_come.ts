// Brings the list component when the page has time for it, one field after the other.
import { shallowRef, type Component } from 'vue'

export const shownList = shallowRef<Component | null>(null)
let coming: Promise<void> | null = null

export function bringList(): Promise<void> {
  coming ??= import('./PickSelect.vue').then(
    module => {
      shownList.value = module.default as Component
    },
    error => {
      coming = null
      throw error
    }
  )
  return coming
}

const waiting: (() => void)[] = []
let asked = 0

function next(): void {
  asked = 0
  waiting.shift()?.()
  ask()
}
function ask(): void {
  if (!asked && waiting.length) asked = window.requestIdleCallback(next, { timeout: 3000 })
}

/** Calls it in an idle moment of its own; what is returned takes that back. */
export function whenIdle(action: () => void): () => void {
  waiting.push(action)
  ask()
  return () => {
    const at = waiting.indexOf(action)
    if (at >= 0) waiting.splice(at, 1)
  }
}
