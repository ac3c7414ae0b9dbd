// Who is signed in, and what that person may do.
import { reactive } from 'vue'
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

async function take(facts: SessionFacts): Promise<void> {
  session.node = facts.node
  session.needsSetup = facts.needs_setup ?? false
  if (!facts.signed_in) {
    session.signedIn = false
    session.me = null
    session.known = true
    return
  }
  setToken(facts.token ?? '')
  const [me, words] = await Promise.all([
    get<Me>('/api/me', true),
    session.words ? Promise.resolve(session.words) : get<Words>('/api/words', true)
  ])
  session.me = me
  session.words = words
  session.needsSetup = false
  session.signedIn = true
  session.known = true
}

export async function look(): Promise<void> {
  await take(await get<SessionFacts>('/auth/session', true))
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
