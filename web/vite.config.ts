import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the running server. */
const SERVER = 'http://127.0.0.1:8080';

/** What it answers there. */
const API = ['/tiles', '/archives', '/pipelines', '/runs', '/schedules', '/products', '/live', '/scenes', '/zones'];

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the application also works below a path of another site.
  base: './',
  plugins: [react()],
  build: {
    outDir: 'dist',
    // `assets` is the register of bridges and roads.
    assetsDir: 'app',
    target: ['chrome120', 'edge120', 'firefox128', 'safari17.5'],
    // The map library is one file of 1.1 MB before compression; splitting it would only add requests.
    chunkSizeWarningLimit: 1200,
    modulePreload: { polyfill: false },
    // Fonts and icons stay files of their own: the content security policy allows no font in a style sheet.
    assetsInlineLimit: 0,
  },
  server: { proxy: Object.fromEntries(API.map((path) => [path, SERVER])) },
});
