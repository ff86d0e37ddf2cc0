import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * Builds the window's page into dist/renderer. Both hosts serve it from `/`.
 *
 * No source maps: what is shipped is what is listed (electron-builder.yml). Cornerstone's own image loader is not
 * used (its decoders are wrong on some inputs), so nothing needs to be excluded for the production build.
 */
export default defineConfig({
  root: 'renderer',
  base: '/',
  plugins: [react()],
  publicDir: false,
  worker: { format: 'es' },
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    // A data: URI would need `font-src data:` and `media-src data:` in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
  },
});
