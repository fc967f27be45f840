import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Real kubectl, Helm and client libraries against `orrery serve`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/wire/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
