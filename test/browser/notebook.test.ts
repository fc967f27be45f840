import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browser, site } from './opened-site.ts';
import { openWindow } from './window.ts';

test('without a lesson the lessons are offered, each leads to the next, and brings its own files', async () => {
  const { page, problems } = await openWindow(browser, site.url);
  await page.getByRole('combobox', { name: 'Choose a lesson' }).selectOption('');
  await page.getByRole('button', { name: /1\.1 · Who does what/ }).click();
  const title = page.locator('#pane-notebook h2');
  await expect.poll(() => title.innerText()).toBe('Lesson 1.1');
  const open = page.getByRole('button', { name: 'Open in the editor' });
  const editor = page.locator('.monaco-editor .view-lines');
  await open.click();
  await expect.poll(() => editor.innerText()).toMatch(/replicas:\s2/);
  await page.getByRole('button', { name: /^Next: 1\.2/ }).click();
  await expect.poll(() => title.innerText()).toBe('Lesson 1.2');
  await page.waitForFunction(() => document.activeElement?.id === 'pane-notebook');
  expect(await page.locator('#pane-notebook .pane-body').evaluate((body) => body.scrollTop)).toBe(0);
  await open.click();
  await expect.poll(() => editor.innerText()).toMatch(/replicas:\s3/);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('the foot of a lesson counts the checks that have passed', async () => {
  const { page } = await openWindow(browser, site.url);
  const foot = page.locator('.lesson-end');
  await expect.poll(() => foot.innerText()).toContain('0 of 3 checks passed');
  await page.locator('.cell-command button').first().click();
  await page.locator('[data-pod="web"]').waitFor();
  await page.locator('.cell-check button').first().click();
  await expect.poll(() => foot.innerText()).toContain('1 of 3 checks passed');
  await page.context().close();
});

test('a solution is there for who asks, and passes the checks', async () => {
  const { page, problems } = await openWindow(browser, site.url);
  const solution = page.locator('.solution');
  const act = (name: string) => solution.getByRole('button', { name }).click();
  await solution.getByText('Show a solution').click();
  await act('Run in the terminal: kubectl run web');
  await page.locator('[data-pod="web"]').waitFor();
  await act('Until nothing moves');
  const check = page.locator('.cell-check').nth(1);
  await expect
    .poll(async () => {
      await check.getByRole('button').first().click();
      return check.innerText();
    })
    .toContain('web runs on');
  expect(problems).toEqual([]);
  await page.context().close();
});

test('turning time back moves nothing but time', async () => {
  const { page } = await openWindow(browser, site.url, 'zh', 'light', { width: 1280, height: 800 });
  const places = () =>
    page.evaluate(() =>
      ['.scrubber input', '#pane-work', '.play-button', '#pane-inspector'].map((selector) => {
        const { x, y, width, height } = document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
        return [x, y, width, height];
      }),
    );
  const before = await places();
  await page.keyboard.press('Alt+ArrowLeft');
  await page.locator('.now-button').waitFor();
  expect(await places()).toEqual(before);
  await page.locator('.scrubber input').focus();
  await page.keyboard.press('Home');
  await expect.poll(() => page.locator('[data-testid="clock"]').innerText()).toContain('0:00:00.000');
  await page.context().close();
});

test('a command that is stepped through says that it waits for time', async () => {
  const { page, problems } = await openWindow(browser, site.url);
  const clock = page.locator('[data-testid="clock"]');
  await page.getByRole('checkbox', { name: 'Step through commands' }).check();
  await page.locator('.cell-command button').first().click();
  await expect.poll(() => clock.innerText()).toContain('command held');
  await page.keyboard.press('Alt+End');
  await expect.poll(() => clock.innerText()).toContain('settled');
  expect(problems).toEqual([]);
  await page.context().close();
});

/** Whether the browser has a session to open after a reload. */
function isKept(page: Page): Promise<boolean> {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('orrery');
        opening.onsuccess = () => {
          const database = opening.result;
          const count = database.transaction('sessions').objectStore('sessions').count('autosave');
          count.onsuccess = () => {
            database.close();
            resolve(count.result === 1);
          };
        };
      }),
  );
}

test('a reload keeps what was looked at: kind, object, tab', async () => {
  const { page, problems } = await openWindow(browser, site.url);
  await page.getByRole('combobox', { name: 'Kind of objects' }).selectOption('nodes');
  await page.locator('.object-row', { hasText: 'node-2' }).click();
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.locator('.event-list').waitFor();
  await page.waitForFunction(() => sessionStorage.getItem('orrery.view')?.includes('events'));
  // A session is kept a moment after its last change; without it, the lesson would begin afresh.
  await expect.poll(() => isKept(page)).toBe(true);
  await page.reload();
  await page.locator('.event-list').waitFor();
  expect(await page.locator('#pane-inspector h2').innerText()).toBe('node-2');
  expect(await page.getByRole('combobox', { name: 'Kind of objects' }).inputValue()).toBe('nodes');
  expect(problems).toEqual([]);
  await page.context().close();
});
