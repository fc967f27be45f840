import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Everything that runs in Node or in Electron's own processes, bundled so that it starts at once. */
export default defineConfig({
  root: source('.'),
  build: {
    ssr: true,
    target: 'node20',
    outDir: source('../dist/electron'),
    emptyOutDir: true,
    minify: false,
    rollupOptions: {
      input: { orrery: source('cli/orrery.ts') },
      external: ['electron', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
      output: { format: 'es', entryFileNames: '[name].js' },
    },
  },
  ssr: { noExternal: true },
});
