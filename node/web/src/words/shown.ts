// How values of the node are shown: times, states, fields, choices.
import { session } from '../session'
import type { Wording } from '../shapes'
import { locale, t } from './i18n'

export function pick(words: Wording | undefined, otherwise = ''): string {
  if (!words) return otherwise
  // The node's English words stand in sentences, too; here they begin lines and buttons.
  return locale.value === 'en' ? words.en.charAt(0).toUpperCase() + words.en.slice(1) : words.zh
}

/** `2026-11-23T09:08:07+08:00` as `2026-11-23 09:08`: Beijing time, whatever the PC says. */
export function time(text: unknown): string {
  if (typeof text !== 'string' || text.length < 16) return ''
  return `${text.slice(0, 10)} ${text.slice(11, 16)}`
}
/** Milliseconds since 1970 as the same. */
export function instant(ms: number | null | undefined): string {
  if (!ms) return ''
  return time(new Date(ms + 8 * 3_600_000).toISOString())
}
/** The end of a limit: midnight is 24:00 of the day that ends with it, as people say. */
export function limit(text: string | null | undefined): string {
  if (!text) return ''
  if (text.slice(11, 19) !== '00:00:00') return time(text)
  const day = new Date(Date.parse(text) - 1 + 8 * 3_600_000).toISOString().slice(0, 10)
  return `${day} 24:00`
}

/** One after the other, as the language divides them. */
export function listed(names: readonly string[]): string {
  return names.join(locale.value === 'en' ? ', ' : '、')
}
export function stateName(name: string): string {
  return pick(session.words?.states[name], name)
}
export function eventName(name: string): string {
  return pick(session.words?.events[name], name)
}
export function roleName(name: string): string {
  return pick(session.words?.roles[name], name)
}
export function fieldLabel(entity: string, field: string): string {
  // Codes are chosen by their names here.
  return pick(session.words?.fields[entity]?.[field], field).replace(/\s*[(（][^)）]*@[^)）]*[)）]$/, '')
}
export function choices(entity: string, field: string): { name: string; label: string }[] {
  const all = session.words?.fields[entity]?.[field]?.choices ?? []
  return all.map(one => ({ name: one.name, label: pick(one, one.name) }))
}

/** A field's value as a person reads it. */
export function shown(entity: string, field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  const known = session.words?.fields[entity]?.[field]
  if (typeof value === 'boolean') {
    return locale.value === 'en' ? (value ? 'yes' : 'no') : value ? '是' : '否'
  }
  if (Array.isArray(value)) return value.map(String).join('、')
  if (typeof value === 'object') {
    const change = value as { add?: unknown[]; remove?: unknown[] }
    return [
      ...(change.add ?? []).map(word => `+${String(word)}`),
      ...(change.remove ?? []).map(word => `-${String(word)}`)
    ].join(' ')
  }
  if (known?.kind === 'choice') {
    return pick(
      known.choices?.find(one => one.name === value),
      String(value)
    )
  }
  if (known?.kind === 'time') return field === 'due_at' ? limit(String(value)) : time(value)
  return String(value)
}

/** Who wrote it and where. */
export function writer(of: { station?: unknown; actor?: unknown }): string {
  // What the hub's program writes by its rules has the program for its author.
  const actor = of.actor === 'hub' ? t('appeal.program') : of.actor
  return [of.station, actor].filter(Boolean).join(' ')
}
