import { describe, expect, it } from 'vitest'
import { asksFor, groundsOf, hasTarget, personOf, rankOf, targetsOf } from './acts'
import type { Act } from './shapes'

function act(kind: string, ...fields: string[]): Act {
  return { kind, zh: kind, en: kind, from: [],
    facts: fields.map(field => ({ field, zh: field, en: field, switch: field === 'told' })) }
}
const fieldsOf = (of: Act, values: Record<string, string> = {}) =>
  asksFor(of, values).map(fact => fact.field)

describe('what an act asks for', () => {
  const end = act('watch_ended', 'ground', 'basis', 'person', 'detail')
  it('is a basis and a leader only where the watch ends without a satisfied answer', () => {
    expect(fieldsOf(end)).toEqual(['ground', 'detail'])
    expect(fieldsOf(end, { ground: 'satisfied' })).toEqual(['ground', 'detail'])
    for (const ground of ['unreasonable', 'lawfully_unsolvable']) {
      expect(fieldsOf(end, { ground })).toEqual(['ground', 'basis', 'person', 'detail'])
    }
    expect(groundsOf('watch_ended')).toEqual(['satisfied', 'unreasonable', 'lawfully_unsolvable'])
    expect(groundsOf('closed')).toContain('unreachable')
    expect(groundsOf('replied')).not.toContain('satisfied')
    expect(personOf('watch_ended', {})).toBe('leader')
    expect(personOf('watch_owner', {})).toBe('owner')
  })
  it('of a closing is what its ground takes', () => {
    const close = act('closed', 'ground', 'basis', 'person', 'target', 'answer', 'told', 'detail')
    expect(fieldsOf(close, { ground: 'satisfied' })).toEqual(['ground', 'detail'])
    expect(fieldsOf(close, { ground: 'unreasonable' })).toEqual(['ground', 'basis', 'person', 'detail'])
  })
  it('of a reply is why not, only where it is not solved; a leader may sign either', () => {
    const reply = act('replied', 'answer', 'solved', 'reason', 'ground', 'basis', 'person', 'detail')
    expect(fieldsOf(reply, { solved: 'yes' })).toEqual(['answer', 'solved', 'person', 'detail'])
    expect(fieldsOf(reply, { solved: 'no' })).toContain('basis')
    expect(personOf('replied', { solved: 'yes' })).toBe('leader')
    expect(personOf('replied', { solved: 'no' })).toBe('second')
  })
  it('has each field once', () => {
    expect(fieldsOf(act('dispatched', 'unit', 'unit', 'detail'))).toEqual(['unit', 'detail'])
  })
})

describe('what an act is about', () => {
  const order = {
    instructions: [{ event: 'a', at: 't', done_at: null, unit: 'JSJ' },
      { event: 'b', at: 't', done_at: 't', unit: 'JSJ' }],
    notices: [{ event: 'c', at: 't', level: 2, objections_to: 'u', objected_at: null, decided_at: null },
      { event: 'd', at: 't', level: 2, objections_to: 'u', objected_at: 'u', decided_at: null },
      { event: 'e', at: 't', level: 1, objections_to: null, objected_at: null, decided_at: null }]
  }
  it('is what still waits', () => {
    expect(targetsOf('instruction_done', order)?.map(one => one.event)).toEqual(['a'])
    expect(targetsOf('objected', order)?.map(one => one.event)).toEqual(['c'])
    expect(targetsOf('objection_decided', order)?.map(one => one.event)).toEqual(['d'])
    expect(targetsOf('event_ruling', order)).toBeUndefined()
  })
  it('where it is nothing, the act is not offered', () => {
    expect(hasTarget('objected', { notices: [] })).toBe(false)
    expect(hasTarget('objection_decided', null)).toBe(false)
    expect(hasTarget('replied', null)).toBe(true)
  })
})

describe('what is offered first', () => {
  it('brings the order on; what is seldom needed comes last', () => {
    expect(rankOf('dispatched', 'received')).toBe('next')
    expect(rankOf('dispatched', 'closed')).toBe('also')
    expect(rankOf('withdrawn', 'received')).toBe('also')
    expect(rankOf('void_proposed', 'received')).toBe('seldom')
  })
})
