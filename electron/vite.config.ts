import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The preload script is taken as it is: a sandboxed one must be a single CommonJS file. */
function preload(): Plugin {
  return {
    name: 'orrery-preload',
    generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'preload.cjs',
        source: readFileSync(source('main/preload.cjs'), 'utf8'),
      });
    },
  };
}

/** Everything that runs in Node or in Electron's own processes, bundled so that it starts at once. */
export default defineConfig({
  root: source('.'),
  plugins: [preload()],
  build: {
    ssr: true,
    target: 'node20',
    outDir: source('../dist/electron'),
    emptyOutDir: true,
    minify: false,
    rollupOptions: {
      input: {
        main: source('main/main.ts'),
        utility: source('engine/utility.ts'),
        browser: source('browser/browser.ts'),
      },
      external: ['electron', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
      output: { format: 'es', entryFileNames: '[name].js' },
    },
  },
  ssr: { noExternal: true },
});
