import { defineConfig } from 'vite';

/** The page: sources in web/, built into dist/web, which the server sends. `vite` alone serves it against a running server. */
export default defineConfig({
  root: 'web',
  // The server puts a fresh nonce in its place each time.
  html: { cspNonce: '__NONCE__' },
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  server: { proxy: { '/api': 'http://127.0.0.1:5000', '/audio': 'http://127.0.0.1:5000' } },
});
