import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { randomSession } from '../determinism/random-session.ts';
import { browser, site } from './opened-site.ts';
import { bundle } from './site.ts';

/** Loads a session into the engine's own worker and asks for its digest; runs in the page. */
function digestInWorker({ script, text }: { script: string; text: string }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { type: 'module' });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      if (data.error) reject(new Error(JSON.stringify(data.error)));
      else if (data.id === 1) worker.postMessage({ id: 2, method: 'session.digest', params: null });
      else if (data.id === 2) resolve(data.result.digest);
    };
    worker.postMessage({ id: 1, method: 'session.load', params: { text } });
  });
}

test.each([21, 22, 23])('seed %i: the same session gives the same bytes in Node and in Chromium', async (seed) => {
  const session = randomSession(seed, 12);
  const script = readdirSync(join(bundle, 'assets')).find((name) => /^worker-.*\.js$/.test(name));
  const page = await browser.newPage();
  await page.goto(new URL('icon.svg', site.url).href);
  const digest = await page.evaluate(digestInWorker, { script: `/assets/${script}`, text: session.save() });
  expect(digest).toBe(session.digest());
  await page.close();
});
