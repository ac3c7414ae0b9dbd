// Firms by what somebody types of their names.
import { post } from './api'
import { called, coreOf, type Firm } from './grid'

export async function findFirms(words: string, limit = 8, byItself = false): Promise<Firm[]> {
  const answer = await post<{ enterprises: Firm[] }>(
    '/api/enterprises/search', { search: words, limit }, byItself)
  return answer.enterprises
}
/** Those that the name may mean: called exactly so first, then those with its core. */
export async function firmsLike(name: string): Promise<Firm[]> {
  const plain = name.trim()
  const core = coreOf(plain)
  const found = await findFirms(core)
  const exact = core === plain ? [] : await findFirms(plain)
  return [...exact, ...found.filter(one => !exact.some(other => other.id === one.id))].slice(0, 8)
}
/** The name under which the firm's record stands; what was typed where there is none. */
export async function mainName(name: string): Promise<string> {
  const plain = name.trim()
  if (!plain) return ''
  return called(await findFirms(plain), plain)?.firm.name ?? plain
}
