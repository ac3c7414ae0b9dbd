// What the node answers: docs/reference/answers.md.
export interface Wording {
  zh: string
  en: string
}
export interface NodeFacts {
  role: 'hub' | 'station'
  station: string
  name: string
  district: string
  region: string
}
export interface SessionFacts {
  node: NodeFacts
  signed_in: boolean
  needs_setup?: boolean
  user?: string
  name?: string
  roles?: string[]
  token?: string
}
export interface Me {
  user: string
  name: string
  roles: string[]
  may: string[]
  acts: string[]
  /** Sees the orders of the own unit alone. */
  own_unit: boolean
  hub: boolean
}
export interface LiveState {
  unsent: number
  conflicts: number
  rejected: number
  notices: number
  alarms: number
  enrolled: boolean
  exchanging: boolean
  last_contact: number | null
  last_try: number | null
  last_result: string
  receipt_time: number | null
  version: number
}
export interface AppealRow {
  id: string
  number: string
  title: string
  state: string
  delivered: boolean
  registered_at: string | null
  contested: boolean
  queue: string
  lead_unit: string
  citizen_due: string | null
  unit_due: string | null
  category: string
}
export interface AppealList {
  total: number
  appeals: AppealRow[]
  filling?: boolean
  /** Of a search that stopped early: there may be more, and so many of the latest were looked at. */
  at_least?: boolean
  looked_at?: number
}
export interface Version {
  field: string
  value: unknown
  station: string
  actor: string
  time: string
  current: boolean
  lost: boolean
  rejected: boolean
  suspect_clock: boolean
}
export interface OrderEvent {
  id: string
  kind: string
  happened_at: string | null
  time: string
  station: string
  actor: string
  verdict: string
  refused: string | null
  late_entry: boolean
  delivered: boolean
  suspect_clock: boolean
  facts?: Record<string, unknown>
}
export interface Deadlines {
  policy: string
  calendar: string
  citizen_due: string | null
  unit_due: string | null
  citizen_verdict: string | null
  unit_verdict: string | null
  ext_due_at: string | null
  steps: Wording[]
}
export interface Conflict {
  id: string
  record: string
  number: string
  kind: 'field' | 'event' | 'visits'
  field?: string
  values?: (Version & { take: number })[]
  visits?: (OrderEvent & { take: number })[]
  event?: OrderEvent
  refused?: string
  state?: string
}
export interface Appeal {
  id: string
  number: string
  state: string
  delivered: boolean
  appeal: Record<string, unknown>
  links: Record<string, { id?: string; title?: string; path?: string; code?: string }>
  references: { channel: string; ext_no: string; level: string | null }[]
  repeats: { pair: string; kind: string; decision?: string }[]
  conflicts: Conflict[]
  history: Version[]
  order: Record<string, unknown> | null
  deadlines: Deadlines | null
  events: OrderEvent[]
  notes: Record<string, unknown>[]
  seen: Record<string, string>
}
export interface FieldWords extends Wording {
  kind: string
  personal: boolean
  max?: number
  choices?: (Wording & { name: string })[]
}
export interface Act extends Wording {
  kind: string
  from: string[]
  facts: (Wording & { field: string; switch: boolean })[]
}
export interface Words {
  fields: Record<string, Record<string, FieldWords>>
  states: Record<string, Wording>
  events: Record<string, Wording>
  roles: Record<string, Wording>
  acts: Act[]
  sent_back: Record<string, Wording>
  guards: Record<string, Wording>
  reveal_reasons: (Wording & { name: string })[]
}
export interface Draft {
  id: string
  saved_at: string
  content: Record<string, string>
}
export interface Hit {
  id: string
  number: string
  title?: string
  state: string
  station: string
  lead_unit: string | null
  registered_at: string | null
  last_contact?: string | null
  due: string | null
  owner: { unit: string | null; person: string | null; on_duty: boolean }
  action: { command: string; zh: string; en: string }
}
export interface Scan {
  as_of: string
  counts: Record<string, number>
  unit_counts: Record<string, number>
  buckets: { bucket: string; zh: string; en: string; total: number; hits: Hit[] }[]
}
export interface Meeting {
  id: string
  kind: string
  title: string
  place?: string | null
  date?: string | null
  ends_at?: string | null
  host?: string | null
  units?: string | null
  leader?: string | null
  notice?: string | null
  minutes?: string | null
  attendees?: string[] | null
  closed_at?: string | null
  closed_by?: string | null
  appeals: number
  visited: number
  open: number
  standing: 'planned' | 'following' | 'closed' | 'reopened'
}
export interface FirmRecord {
  id: string
  name: string
  uscc?: string | null
  class?: string | null
  industry?: string | null
  park?: string | null
  aliases?: string[] | null
  merged_into?: string | null
}
/** One thing that happened between a firm and the district. */
export interface Moment {
  time: string
  kind: string
  id?: string
  number?: string
  title?: string
  state?: string
  actor?: string
  station?: string
  accepted?: boolean
  grade?: string
  level?: number
  method?: string
  contact?: string
  text?: string
}
export interface FirmShown {
  enterprise: FirmRecord
  records: FirmRecord[]
  appeals: string[]
  total: number
  timeline: Moment[]
  seen: Record<string, string>
}
export interface Supervised extends Hit {
  title: string
  enterprise: string | null
  overdue: boolean
  supervision: number
  escalation: number
  round: number
  past_leads: string[]
  rule_escalations: { rule: string; level: number; at: string }[]
  notices: {
    event: string
    at: string
    level: number
    rule: string | null
    unit: string | null
    objections_to: string | null
    objected_at: string | null
    decided_at: string | null
    withdrawn: boolean
  }[]
  instructions: {
    event: string
    at: string
    due_at: string | null
    done_at: string | null
    unit: string | null
    detail: string | null
    by: string | null
    feedback: { detail: string; actor: string } | null
  }[]
}
export interface VisitMade {
  event: string
  at: string
  round: number
  visitor: string
  method: string | null
  reached: boolean
  grade: string | null
  solved: boolean | null
}
export interface WatchTrigger {
  trigger: 'T1' | 'T2' | 'T3'
  at: string
  cause: string | null
  extended: boolean
  cause_undone: boolean | null
  visit: VisitMade | null
  order: { id: string; number: string; title: string | null } | null
}
export interface WatchEntry {
  id: string
  number: string
  state: string
  title: string | null
  enterprise: string | null
  lead_unit: string | null
  watched: boolean
  owner: string | null
  owner_left: boolean
  since: string
  human_visited: boolean
  ended_at: string | null
  triggers: WatchTrigger[]
}
export interface ListItem {
  id: string
  number: string | null
  state: string | null
  open: boolean
}
export interface HardCase {
  id: string
  title: string
  cause: string
  lead: string
  target_date: string
  orders: ListItem[]
  state: 'open' | 'proposed' | 'struck_off'
  overdue: boolean
  evidence?: string | null
  proposed_by?: string | null
  struck_by?: string | null
  struck_at?: string | null
}
export interface WorkList {
  id: string
  title: string
  owner: string
  owner_left: boolean
  due_at?: string | null
  closed_at?: string | null
  closed_by?: string | null
  items: ListItem[]
  open: number
  overdue: boolean
  state: 'open' | 'closed'
}
/** An order that waits for its return visit. */
export interface ToVisit extends Hit {
  title: string
  enterprise: string | null
  contact: string | null
  phone: string | null
  human: boolean
  watched: boolean
  visited: boolean
  attempts: VisitMade[]
  may: boolean
  why: string | null
}
