import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { UserConfig } from 'vite';

/** The window: the same build is loaded by Electron over app:// and served to browsers. */
export const rendererConfig: UserConfig = {
  root: fileURLToPath(new URL('src/renderer', import.meta.url)),
  base: './',
  build: {
    outDir: fileURLToPath(new URL('out/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    rollupOptions: { input: fileURLToPath(new URL('src/renderer/index.html', import.meta.url)) },
  },
  worker: { format: 'es' },
};

export default { ...rendererConfig, plugins: [svelte()] } satisfies UserConfig;
