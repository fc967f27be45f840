import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium, serveBundle } from './site.ts';

/** A Chromium and the site with the window, for all tests of the file that imports them. */
export let browser: Browser;
export let site: Awaited<ReturnType<typeof serveBundle>>;

beforeAll(async () => {
  browser = await launchChromium();
  site = await serveBundle();
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});
