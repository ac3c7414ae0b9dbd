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
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        manualChunks: (id: string) =>
          id.includes('element-plus') || id.includes('@vueuse') || id.includes('@floating-ui')
            ? 'ep'
            : id.includes('node_modules')
              ? 'vue'
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
