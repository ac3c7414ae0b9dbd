// What takes a while at the node, followed until its end: its phase, how far it is, what came of it.
import { onBeforeUnmount, ref, type Ref } from 'vue'
import { ApiError, get, post, type ErrorDocument } from './api'

export interface Work {
  command: string
  dry_run: boolean
  phase: string
  done: number
  finished: boolean
  exit?: number
  result?: Record<string, unknown>
  error?: ErrorDocument['error']
  en?: ErrorDocument['error']
}
interface Answer { errand: Work | null }
const pause = 400

export function number(of: Work | null, name: string): number {
  const value = of?.result?.[name]
  return typeof value === 'number' ? value : 0
}
export function list<T>(of: Work | null, name: string): T[] {
  const value = of?.result?.[name]
  return Array.isArray(value) ? (value as T[]) : []
}

/** `begin` starts it; the answer comes when it has ended. What made it fail is thrown. */
export function useWork(): {
  now: Ref<Work | null>
  busy: Ref<boolean>
  run: (begin: () => Promise<unknown>) => Promise<Work>
  stop: () => Promise<void>
} {
  const now = ref<Work | null>(null)
  const busy = ref(false)
  let left = false
  onBeforeUnmount(() => (left = true))
  const rest = () => new Promise(resolve => window.setTimeout(resolve, pause))
  async function run(begin: () => Promise<unknown>): Promise<Work> {
    busy.value = true
    now.value = null
    try {
      const begun = (await begin()) as Answer
      now.value = begun.errand
      while (!left && !now.value?.finished) {
        await rest()
        // The node may be out of reach for a moment; the work goes on there.
        const answer = await get<Answer>('/api/work', true).catch(error => {
          if (error instanceof ApiError && error.status !== 0) throw error
          return null
        })
        if (answer?.errand) now.value = answer.errand
      }
      const done = now.value as Work
      if (done?.error) throw new ApiError(422, { error: done.error, en: done.en })
      return done
    } finally {
      busy.value = false
    }
  }
  async function stop(): Promise<void> {
    await post('/api/work/stop')
  }
  return { now, busy, run, stop }
}

/** 1,234,567 bytes as people say it. */
export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = count
  let at = 0
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024
    at += 1
  }
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[at]}`
}
