// Who is signed in, and what that person may do.
import { markRaw, reactive } from 'vue'
import { get, post, setToken } from './api'
import type { Me, NodeFacts, SessionFacts, Words } from './shapes'

export const session = reactive({
  known: false,
  signedIn: false,
  needsSetup: false,
  node: null as NodeFacts | null,
  me: null as Me | null,
  words: null as Words | null
})

export function may(action: string): boolean {
  return session.me?.may.includes(action) ?? false
}
export function isHub(): boolean {
  return session.node?.role === 'hub'
}

interface Mine {
  me: Me
  words: Words
}
function askMine(): Promise<Mine> {
  const words = session.words ? Promise.resolve(session.words) : get<Words>('/api/words', true)
  return Promise.all([get<Me>('/api/me', true), words]).then(all => ({ me: all[0], words: all[1] }))
}
// Set while this browser knows that nobody is signed in.
const nobody = 'signed-out'

async function take(facts: SessionFacts, asked?: Promise<Mine>): Promise<void> {
  session.node = facts.node
  session.needsSetup = facts.needs_setup ?? false
  if (!facts.signed_in) {
    window.localStorage.setItem(nobody, 'yes')
    session.signedIn = false
    session.me = null
    session.known = true
    return
  }
  setToken(facts.token ?? '')
  const mine = (asked && (await asked.catch(() => null))) ?? (await askMine())
  window.localStorage.removeItem(nobody)
  session.me = mine.me
  session.words = markRaw(mine.words)
  session.needsSetup = false
  session.signedIn = true
  session.known = true
}

export async function look(): Promise<void> {
  // Somebody mostly is, and then all three come at once.
  const mine = window.localStorage.getItem(nobody) ? undefined : askMine()
  mine?.catch(() => undefined)
  await take(await get<SessionFacts>('/auth/session', true), mine)
}
export async function signIn(user: string, password: string): Promise<void> {
  await take(await post<SessionFacts>('/auth/login', { user, password }))
}
export async function setUp(members: Record<string, string>): Promise<void> {
  await take(await post<SessionFacts>('/auth/setup', members))
}
export async function signOut(): Promise<void> {
  await take(await post<SessionFacts>('/auth/logout'))
}
