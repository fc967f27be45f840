import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The desktop app in a real Electron. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/electron/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
