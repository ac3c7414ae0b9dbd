// Events from the node: how its sync stands, and that something has changed. Pages ask again for
// what they show; nothing is drawn from here that is not true at the node.
import { onBeforeUnmount, reactive, watch } from 'vue'
import { look, session } from './session'
import type { LiveState } from './shapes'

export const live = reactive({
  connected: false,
  /** Nobody answered for a while: shown, as the page may show what is no longer so. */
  silent: false,
  state: null as LiveState | null
})

let source: EventSource | null = null
let again = 0
let silence = 0

function close(): void {
  source?.close()
  source = null
  live.connected = false
  window.clearTimeout(again)
}

function heard(): void {
  live.connected = true
  live.silent = false
  window.clearTimeout(silence)
}

function open(): void {
  close()
  if (!session.signedIn || document.hidden) return
  source = new EventSource('/api/live')
  source.onopen = heard
  source.addEventListener('state', event => {
    heard()
    live.state = JSON.parse((event as MessageEvent<string>).data) as LiveState
  })
  source.addEventListener('signed_out', () => {
    close()
    void look().catch(() => undefined)
  })
  source.onerror = () => {
    close()
    silence = window.setTimeout(() => (live.silent = true), 3000)
    again = window.setTimeout(() => {
      // The session may have ended: then there is nobody to listen for.
      look()
        .then(open)
        .catch(() => open())
    }, 2000)
  }
}

export function startLive(): void {
  watch(() => session.signedIn, open, { immediate: true })
  // A page in the background listens to nothing: browsers allow six connections, all tabs together.
  document.addEventListener('visibilitychange', open)
}

/** Calls again whenever something changed at the node, until the page is left; at most once in
 * `pause` ms, for what costs the node more than a look at one row. */
export function refreshed(action: () => void, pause = 150): void {
  let timer = 0
  let last = 0
  const stop = watch(
    () => {
      const s = live.state
      return s ? [s.version, s.unsent, s.conflicts, s.rejected, s.notices, s.last_contact] : null
    },
    (now, before) => {
      if (!now || !before || String(now) === String(before)) return
      window.clearTimeout(timer)
      const wait = Math.max(150, last + pause - Date.now())
      timer = window.setTimeout(() => {
        last = Date.now()
        action()
      }, wait)
    }
  )
  onBeforeUnmount(() => {
    stop()
    window.clearTimeout(timer)
  })
}
