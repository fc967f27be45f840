import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Unit tests and everything that needs no browser. The browser and Electron suites have configs of their own. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['{engine,lessons,renderer,electron,test}/**/*.test.{ts,tsx}'],
    exclude: ['test/browser/**', 'test/electron/**', 'test/wire/**', 'node_modules/**', 'dist/**'],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
