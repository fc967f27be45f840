import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** monaco-yaml asks for Monaco's files by their paths before version 0.55; the package serves them one level higher now. */
const oldMonacoPaths = { find: /^monaco-editor\/esm\/vs\/(.*)$/, replacement: 'monaco-editor/$1' };

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [react()],
  resolve: { alias: [oldMonacoPaths] },
  worker: { format: 'es' },
  build: {
    outDir: here('../dist/renderer'),
    emptyOutDir: true,
    // Inlined assets would be data: URLs, which the content security policy refuses for scripts and fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 6000,
    target: 'es2022',
  },
});
