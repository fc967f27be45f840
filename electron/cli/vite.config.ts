import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The command line as one file that is a function's body, not a module: V8 can be given the compiled code of such a
 * script together with its text (`electron/orrery.mjs`), and then starts it in a fraction of the time.
 */
export default defineConfig({
  root: source('.'),
  build: {
    ssr: true,
    target: 'node20',
    outDir: source('../../dist/cli'),
    emptyOutDir: true,
    minify: false,
    rollupOptions: {
      input: { orrery: source('orrery.ts') },
      external: [...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    },
  },
  ssr: { noExternal: true },
});
