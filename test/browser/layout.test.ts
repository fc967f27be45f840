import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browser, site } from './opened-site.ts';
import { openWindow, promptIsBack, run, toTerminal } from './window.ts';

const SIZES = [
  [1920, 1080],
  [1280, 800],
  [800, 600],
  [400, 800],
] as const;

/** What is cut off at the window's side or at its pane's, of all that can be clicked in the head, the tabs and the time bar. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll(
        '.app-head :is(button, select), .tab, .editor-bar :is(button, select), .time-bar :is(button, select, input)',
      ),
    ]
      .filter((element) => {
        const frame = element.closest('.pane')?.getBoundingClientRect();
        const { left, right, width } = element.getBoundingClientRect();
        const isInside = left >= (frame?.left ?? 0) && right <= (frame?.right ?? window.innerWidth);
        return width > 0 && !isInside;
      })
      .map((element) => element.getAttribute('aria-label') ?? element.textContent ?? ''),
  );
}

test.each(SIZES)('at %i × %i the first start opens the first lesson, and nothing is cut off', async (width, height) => {
  for (const language of ['en', 'zh'] as const) {
    const { page, problems } = await openWindow(browser, site.url, language, 'light', { width, height });
    await toTerminal(page);
    await run(page, 'kubectl run web --image=nginx:1.25');
    await page.locator('[data-pod="web"]').first().click();
    await page.locator('#pane-inspector .tab').nth(6).waitFor();
    await page.keyboard.press('Alt+e');
    await page.locator('.monaco-editor .view-line').first().waitFor();
    expect(await cutOff(page)).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  }
});

test('the focus in the terminal moves nothing', async () => {
  const { page } = await openWindow(browser, site.url, 'zh', 'light', { width: 1280, height: 800 });
  await promptIsBack(page);
  const tab = page.locator('#pane-work .tab').first();
  const before = await tab.boundingBox();
  await toTerminal(page);
  await run(page, `echo ${'多字节的长行，'.repeat(20)}`);
  expect(await tab.boundingBox()).toEqual(before);
  await page.context().close();
});

test('many nodes stand in the order of their numbers, and pods of one owner can be told apart', async () => {
  const { page, problems } = await openWindow(browser, site.url, 'en', 'light', { width: 1280, height: 800 });
  for (let added = 0; added < 9; added++) await page.getByRole('button', { name: 'Add a node' }).click();
  await page.keyboard.press('Alt+End');
  await expect.poll(() => page.locator('.node .tone-text-good').count()).toBe(11);
  const names = await page.locator('.node-head strong').allInnerTexts();
  expect(names).toEqual(Array.from({ length: 11 }, (_, index) => `node-${index + 1}`));
  await toTerminal(page);
  await run(page, 'kubectl create deployment shop --image=nginx:1.25 --replicas=30');
  await page.keyboard.press('Alt+End');
  await expect.poll(() => page.locator('.node .pod').count()).toBe(30);
  const hidden = await page.evaluate(
    () =>
      [...document.querySelectorAll('.pod')].filter((pod) => {
        const name = pod.querySelector('.pod-name') as HTMLElement;
        return (
          name.scrollWidth > name.clientWidth || name.getBoundingClientRect().right > pod.getBoundingClientRect().right
        );
      }).length,
  );
  expect(hidden).toBe(0);
  expect(problems).toEqual([]);
  await page.context().close();
});
