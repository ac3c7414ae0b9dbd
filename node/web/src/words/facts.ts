// Facts of an order's events as a person reads them.
import { reasonNames } from '../lists'
import { t } from './i18n'
import { fieldLabel, shown } from './shown'

/** What a level means depends on the event that has it. */
export function levelName(kind: string, level: number): string {
  if (kind === 'watch_opened') return t(`supervise.trigger.T${level}`)
  if (kind === 'supervised' || kind === 'ladder_step') return t(`supervise.level.${level}`)
  if (kind === 'escalated' || kind === 'rule_escalated') return t(`supervise.raised.${level}`)
  return t('firms.level', { n: level })
}

export function factLabel(kind: string, name: string): string {
  if (name === 'person' && kind.startsWith('watch_')) return t('supervise.owner')
  if (name === 'level' && kind === 'watch_opened') return t('supervise.why')
  if (name === 'unit') return t('who.unit')
  if (name === 'reason') return t('sync.reason')
  return fieldLabel('work_order_event', name)
}

const rules = new Set(['urge', 'notice', 'criticism', 'rework', 'transfer'])

export function factValue(kind: string, name: string, value: unknown): string {
  if (name === 'reason' && (kind === 'ladder_step' || kind === 'rule_escalated')) {
    return rules.has(String(value)) ? t(`supervise.rules.${String(value)}`) : String(value)
  }
  if (name === 'level' && typeof value === 'number') return levelName(kind, value)
  if (name === 'reason') return reasonNames.get(`${kind}:${String(value)}`) ?? String(value)
  return shown('work_order_event', name, value)
}
