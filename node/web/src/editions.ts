// Editions of something that the district loads and never changes: days off, deadline policies. A new
// one may move limits that are running, so the node says how many.
import { onMounted, ref, type Ref } from 'vue'
import { get, post } from './api'

export interface Loaded { code: string; loaded: boolean; open: number; moved: number }

/** `path` answers the list under the name that it ends with. */
export function useEditions<Edition>(path: string) {
  const editions = ref([]) as Ref<Edition[]>
  const loaded = ref<Loaded | null>(null)
  const error = ref<unknown>(null)
  async function load(): Promise<void> {
    try {
      const answer = await get<Record<string, Edition[]>>(path, true)
      editions.value = answer[path.split('/').pop()!] ?? []
    } catch (caught) {
      error.value = caught
    }
  }
  onMounted(() => void load())
  /** Whether it was taken. */
  async function send(body: object): Promise<boolean> {
    error.value = null
    loaded.value = null
    try {
      loaded.value = await post<Loaded>(path, body)
      await load()
      return true
    } catch (caught) {
      error.value = caught
      return false
    }
  }
  return { editions, loaded, error, send }
}
