// What is being typed goes to the node soon after each pause, so that neither a closed browser nor
// a power cut takes more than a second of it.
import { onBeforeUnmount, ref } from 'vue'
import { get, post } from './api'
import type { Draft } from './shapes'

const pause = 600
const longest = 900

export function newDraftId(): string {
  const bytes = window.crypto.getRandomValues(new Uint8Array(12))
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** `fixed`: the draft's name, where what it is of can have one draft only. */
export function useDraft(content: () => Record<string, string>, fixed = '') {
  const id = ref(fixed || newDraftId())
  const savedAt = ref('')
  const state = ref<'none' | 'saving' | 'kept' | 'failed'>('none')
  let timer = 0
  let since = 0
  let kept = ''
  let stored = false
  let running: Promise<void> = Promise.resolve()

  async function keep(): Promise<void> {
    window.clearTimeout(timer)
    timer = 0
    since = 0
    const now = content()
    const text = JSON.stringify(now)
    const empty = Object.values(now).every(value => !value)
    if (text === kept || (empty && !stored)) {
      state.value = stored ? 'kept' : 'none'
      return
    }
    try {
      const answer = await post<{ saved_at: string }>(`/api/drafts/${id.value}`, now)
      kept = text
      stored = true
      savedAt.value = answer.saved_at
      state.value = 'kept'
    } catch {
      state.value = 'failed'
      timer = window.setTimeout(queue, 3000)
    }
  }
  function queue(): void {
    running = running.then(keep)
  }
  function typed(): void {
    const now = Date.now()
    if (!since) since = now
    if (state.value !== 'failed') state.value = 'saving'
    window.clearTimeout(timer)
    // Whoever types without a pause is not left without one either.
    timer = window.setTimeout(queue, Math.max(0, Math.min(pause, since + longest - now)))
  }
  /** It is saved, or not wanted any more. */
  async function done(): Promise<void> {
    window.clearTimeout(timer)
    await running
    const old = id.value
    const was = stored
    id.value = fixed || newDraftId()
    stored = false
    kept = ''
    since = 0
    state.value = 'none'
    if (was) await post(`/api/drafts/${old}/drop`).catch(() => undefined)
  }
  function resume(draft: Draft): void {
    id.value = draft.id
    stored = true
    savedAt.value = draft.saved_at
    state.value = 'kept'
    kept = JSON.stringify(draft.content)
  }
  onBeforeUnmount(() => {
    if (timer) queue()
  })
  return { id, savedAt, state, typed, done, resume }
}

async function all(): Promise<Draft[]> {
  return (await get<{ drafts: Draft[] }>('/api/drafts', true)).drafts
}
/** Of the intake page. What was typed at a meeting waits there. */
export async function drafts(): Promise<Draft[]> {
  return (await all()).filter(one => !one.content.meeting)
}
export async function draftNamed(id: string): Promise<Draft | undefined> {
  return (await all()).find(one => one.id === id)
}
