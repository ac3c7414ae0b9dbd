import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// Offices still have browsers built on Chromium 86. Everything is a file of its own: the page's
// rules let nothing in that is written into it.
export default defineConfig({
  plugins: [vue()],
  base: '/',
  build: {
    target: 'chrome86',
    cssTarget: 'chrome86',
    assetsInlineLimit: 0,
    // Named in the first file only: for a page to come, looking ahead costs more than it saves.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, needed, { hostType }) => (hostType === 'html' ? needed : [])
    },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        // What every page needs, and what only the list to choose from does, which comes later.
        manualChunks: (id: string) =>
          /node_modules\/(@vue|vue|vue-router|vue-i18n|@intlify)\/|plugin-vue|vite\//.test(id)
            ? 'vue'
            : id.includes('node_modules') && !id.endsWith('.css')
              ? 'ep'
              : /\/src\/(drafts|grid|lists|walk|work)\.ts$|\/(ErrorBox|PickList|StateTag)\.vue/.test(id)
                ? 'parts'
                : undefined
      }
    }
  },
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false'
  }
})
