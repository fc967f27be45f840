import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** V8 keeps a text with a single Chinese letter in two bytes a character, all of it: so every letter is written as an escape. */
const oneByte: Plugin = {
  name: 'one-byte',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === 'chunk') chunk.code = chunk.code.replace(/[\u0080-\uffff]/g, escaped);
    }
  },
};

/**
 * The command line as one file that is a function's body, not a module: V8 can be given the compiled code of such a
 * script together with its text (`electron/orrery.mjs`), and then starts it in a fraction of the time.
 */
export default defineConfig({
  root: source('.'),
  plugins: [oneByte],
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
