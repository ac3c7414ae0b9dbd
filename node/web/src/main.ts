import { createApp } from 'vue'
import App from './App.vue'
import { startLive } from './live'
import { router } from './router'
import { look } from './session'
import { i18n } from './words/i18n'
import './style.css'

async function begin(): Promise<void> {
  await look().catch(() => undefined)
  createApp(App).use(i18n).use(router).mount('#app')
  startLive()
}
void begin()
