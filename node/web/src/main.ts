import { createApp } from 'vue'
import App from './App.vue'
import { startLive } from './live'
import { bringList, whenIdle } from './parts/list_to_come'
import { bring, router } from './router'
import { look } from './session'
import { i18n, speakAsBefore } from './words/i18n'
import './style.css'

async function begin(): Promise<void> {
  bring(window.location.hash.slice(1))
  await Promise.all([look().catch(() => undefined), speakAsBefore()])
  createApp(App).use(i18n).use(router).mount('#app')
  startLive()
  whenIdle(() => void bringList().catch(() => undefined))
}
void begin()
