import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'

/**
 * Says in the first line of what is loaded first that all of it is used at once: newer Chromium then
 * compiles it beside the page's own thread, instead of function after function in it.
 */
const firstFile: Plugin = {
  name: 'first-file',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk' || !file.isEntry) continue
        file.code = `//# allFunctionsCalledOnLoad\n${file.code}`
      }
    }
  },
  // Nothing is drawn until it runs: what stands in the file is for browsers that can't run it.
  transformIndexHtml: {
    order: 'post',
    handler: html => html.replace('<script type="module"', '<script type="module" blocking="render"')
  }
}

// Offices still have browsers built on Chromium 86. Everything is a file of its own: the page's
// rules let nothing in that is written into it.
export default defineConfig({
  plugins: [vue(), firstFile],
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
    chunkSizeWarningLimit: 700
  },
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false'
  }
})
