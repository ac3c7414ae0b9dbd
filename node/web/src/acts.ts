// What an act of the life cycle asks for: which of its facts matter as things stand, which grounds
// it knows, and what it can be about. The node decides; this only leaves out what it would refuse or
// not look at. Pure.
import type { Act } from './shapes'

type Order = Record<string, unknown> | null | undefined
type Row = Record<string, string | number | null>
export interface Target {
  event: string
  at: string
  /** Of an instruction. */
  unit?: string
  /** Of a notice. */
  level?: number
}

/** Acts about one of the order's own: an instruction, or a notice. */
const aimed = new Set(['instruction_done', 'objected', 'objection_decided'])

/** What the act may be about; undefined where it is about none of the order's own. */
export function targetsOf(kind: string, order: Order): Target[] | undefined {
  if (!aimed.has(kind)) return undefined
  const rows = (name: string): Row[] => (order?.[name] as Row[] | undefined) ?? []
  if (kind === 'instruction_done') {
    return rows('instructions').filter(one => !one.done_at).map(one => ({
      event: String(one.event), at: String(one.at), unit: String(one.unit ?? '')
    }))
  }
  const asked = kind === 'objected'
    ? (one: Row) => one.objections_to && !one.objected_at
    : (one: Row) => one.objected_at && !one.decided_at
  return rows('notices').filter(asked).map(one => ({
    event: String(one.event), at: String(one.at), level: Number(one.level)
  }))
}

/** Whether there is anything that the act could be about. */
export function hasTarget(kind: string, order: Order): boolean {
  return targetsOf(kind, order)?.length !== 0
}

const explained = ['unreasonable', 'lawfully_unsolvable']
/** The grounds that the act knows, in the order in which they are offered. */
export function groundsOf(kind: string): string[] {
  if (kind === 'watch_ended') return ['satisfied', ...explained]
  if (kind === 'closed') return ['satisfied', ...explained, 'unreachable', 'waived']
  return explained
}

/** The facts to ask for, given what was filled in so far. Each field once. */
export function asksFor(act: Act, values: Record<string, string>): Act['facts'] {
  const seen = new Set<string>()
  const explains = explained.includes(values.ground ?? '')
  const matters = (field: string): boolean => {
    if (act.kind === 'watch_ended') return explains || !['basis', 'person'].includes(field)
    if (act.kind === 'closed') {
      // By a visit; the page closes no repeats, which are named by another order.
      return explains ? !['target', 'answer', 'told'].includes(field)
        : !['basis', 'person', 'target', 'answer', 'told'].includes(field)
    }
    // A leader may have to sign a reply that solved it, too.
    if (act.kind === 'replied') return values.solved === 'no' || !['reason', 'ground', 'basis'].includes(field)
    return true
  }
  return act.facts.filter(fact => matters(fact.field) && !seen.has(fact.field) && seen.add(fact.field))
}

/** Who the person of an act is, where it is not just a second one: the words of `who.*`. */
export function personOf(kind: string, values: Record<string, string>): string {
  if (kind === 'watch_owner') return 'owner'
  if (kind === 'assigned') return 'holder'
  if (kind === 'watch_ended' || kind === 'reassigned' || kind === 'extension_granted') return 'leader'
  if (kind === 'replied') return values.solved === 'no' ? 'second' : 'leader'
  return 'second'
}

/** What brings an order on from its state: offered first. The rest is for the exception. */
const onward: Record<string, string[]> = {
  registered: ['closed_onsite'], received: ['dispatched'], triage: ['dispatched'],
  need_info: ['info_added'], dispatched: ['signed'], in_progress: ['first_contact', 'replied'],
  return_pending: ['return_upheld', 'return_refused'], replied: ['review_passed'],
  visit_pending: ['visited', 'closed'], suspended: ['resumed'], merged: ['replied']
}
/** Seldom needed, and never by the way. */
const seldom = new Set(['event_ruling', 'assigned', 'time_corrected', 'void_proposed'])

export function rankOf(kind: string, state: string): 'next' | 'also' | 'seldom' {
  if (onward[state]?.includes(kind)) return 'next'
  return seldom.has(kind) ? 'seldom' : 'also'
}
