import { createApp } from 'vue'
import App from './App.vue'
import { startLive } from './live'
import { bringList, whenIdle } from './parts/list_to_come'
import { bring, router } from './router'
import { look } from './session'
import { i18n, speakAsBefore, t } from './words/i18n'
import './style.css'

async function begin(): Promise<void> {
  // Before it is drawn: text costs an old PC more than all else of an empty page.
  document.getElementById('app')?.replaceChildren()
  bring(window.location.hash.slice(1))
  await Promise.all([look().catch(() => undefined), speakAsBefore()])
  const app = createApp(App).use(i18n).use(router)
  app.config.globalProperties.$t = t as typeof app.config.globalProperties.$t
  // Drawn once, with the page in it.
  await router.isReady().catch(() => undefined)
  app.mount('#app')
  startLive()
  whenIdle(() => void bringList().catch(() => undefined))
}
void begin()
