// Lists to choose from, asked for once.
import { reactive } from 'vue'
import { get } from './api'
import { session } from './session'
import { locale } from './words/i18n'
import { pick } from './words/shown'

export interface Choice {
  code: string
  label: string
}
type Row = Record<string, unknown>

const kept = new Map<string, Promise<Choice[]>>()

function once(name: string, ask: () => Promise<Choice[]>): Promise<Choice[]> {
  const there = kept.get(name)
  if (there) return there
  const asked = ask().catch(error => {
    kept.delete(name)
    throw error
  })
  kept.set(name, asked)
  return asked
}

export function forgetLists(): void {
  kept.clear()
}

function list(entity: string): Promise<Choice[]> {
  return once(entity, async () => {
    const answer = await get<{ records: Row[] }>(`/api/lists/${entity}`, true)
    return answer.records
      .filter(row => row.active !== false)
      .map(row => ({
        code: String(row.code),
        label: `${String(row.name ?? '')} ${String(row.code)}`.trim()
      }))
  })
}

export const units = () => list('unit')
/** Names of units by their codes, as far as the list has come. */
export const unitNames = reactive(new Map<string, string>())
export function knowUnits(): void {
  void units().then(list => list.forEach(one => unitNames.set(one.code,
    one.label.replace(` ${one.code}`, '')))).catch(() => undefined)
}
export const unitName = (code: string | null | undefined) => unitNames.get(code ?? '') ?? code ?? ''
export const categories = () => list('category')
export const staff = () => list('staff')

/** Villages and communities, of this station's street first; others have their street before them. */
export function regions(): Promise<Choice[]> {
  return once('leaf regions', async () => {
    const answer = await get<{ records: Row[] }>('/api/lists/region', true)
    const names = new Map(answer.records.map(row => [String(row.code), String(row.name)]))
    const parents = new Set(answer.records.map(row => String(row.parent ?? '')))
    const own = session.node?.region ?? ''
    const leaves = answer.records
      .filter(row => !parents.has(String(row.code)))
      .map(row => {
        const parent = String(row.parent ?? '')
        const near = parent === own || String(row.code) === own
        const above = near ? '' : (names.get(parent) ?? '')
        return { near, code: String(row.code), label: `${String(row.name)} ${above}`.trim() }
      })
    return [...leaves.filter(one => one.near), ...leaves.filter(one => !one.near)]
  })
}

const named = (row: Row) => pick({ zh: String(row.zh ?? ''), en: String(row.en ?? '') }) || String(row.code)

export function channels(): Promise<Choice[]> {
  return once(`channels ${locale.value}`, async () => {
    const answer = await get<{ channels: Row[] }>('/api/channels', true)
    return answer.channels.map(row => ({ code: String(row.code), label: named(row) }))
  })
}

/** Names of reasons by `use:code`, as far as the list has come; in the language it was asked in. */
export const reasonNames = reactive(new Map<string, string>())
export function knowReasons(): void {
  void once(`reasons ${locale.value}`, async () => {
    const answer = await get<{ reasons?: Row[] }>('/api/reasons', true)
    for (const row of answer.reasons ?? []) {
      reasonNames.set(`${String(row.use)}:${String(row.code)}`, named(row))
    }
    return []
  }).catch(() => undefined)
}

export function reasonsFor(use: string): Promise<Choice[]> {
  return once(`reasons ${use} ${locale.value}`, async () => {
    const answer = await get<{ reasons?: Row[] }>(`/api/reasons?use=${use}`, true)
    return (answer.reasons ?? [])
      .filter(row => row.valid !== false)
      .map(row => ({ code: String(row.code), label: named(row) }))
  })
}
