import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { browser, site } from './opened-site.ts';
import { openWindow as openPage, promptIsBack, screen } from './window.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The cells of a lesson, without those of its solution, which nobody has asked for yet. */
const CELLS = '.notebook .cell:not(.solution .cell)';

const openWindow = (language: 'en' | 'zh', colorScheme: 'light' | 'dark') =>
  openPage(browser, site.url, language, colorScheme);

/** Presses Tab until the focus is inside of what the selector finds. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    const isThere = await page.evaluate(
      (wanted) => document.activeElement?.closest(wanted) !== null && document.activeElement !== document.body,
      selector,
    );
    if (isThere) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

/** F6 until the focus is in a pane. */
async function paneTo(page: Page, pane: string): Promise<void> {
  for (let presses = 0; presses < 8; presses++) {
    await page.keyboard.press('F6');
    if (await page.evaluate((id) => document.activeElement?.id === id, `pane-${pane}`)) return;
  }
  throw new Error(`F6 does not reach the pane ${pane}`);
}

async function violations(page: Page): Promise<string[]> {
  await page.waitForTimeout(1500); // messages on the map have faded
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: runner } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    const { violations: found } = await runner.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  });
}

/** Does what a cell asks for, with nothing but the keyboard. */
async function doCell(page: Page, index: number): Promise<void> {
  const cell = page.locator(CELLS).nth(index);
  await cell.evaluate((element, at) => element.setAttribute('data-at', String(at)), index);
  const selector = `[data-at="${index}"]`;
  const classes = (await cell.getAttribute('class')) ?? '';
  if (classes.includes('cell-predict')) {
    await tabTo(page, `${selector} input`);
    await page.keyboard.press('Space');
    await tabTo(page, `${selector} button`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${selector} .outcome`);
    return;
  }
  await tabTo(page, `${selector} button`);
  const before = await screen(page);
  await page.keyboard.press('Enter');
  if (classes.includes('cell-check')) await page.waitForSelector(`${selector}.is-passed`, { timeout: 20_000 });
  if (classes.includes('cell-command')) {
    await expect.poll(() => screen(page)).not.toBe(before);
    // A deletion takes its grace period; the learner need not sit it out.
    if (await page.locator('[data-command="running"]').count()) await page.keyboard.press('Alt+End');
    await promptIsBack(page);
  }
}

describe.each([
  ['en', 'light'],
  ['zh', 'dark'],
] as const)('lesson 0.1 in %s', (language, scheme) => {
  test('is done from first cell to last by keyboard', async () => {
    const { page, problems } = await openWindow(language, scheme);
    expect(await violations(page)).toEqual([]);
    const count = await page.locator(CELLS).count();
    await paneTo(page, 'notebook');
    for (let index = 0; index < count; index++) {
      await doCell(page, index);
      // A step back shows the past; the present is one step forward.
      if (await page.locator('.now-button').count()) await page.keyboard.press('Alt+ArrowRight');
    }
    expect(await page.locator('.cell-check.is-passed').count()).toBe(await page.locator('.cell-check').count());
    expect(await violations(page)).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

test('why: from a Pod back to the command, by keyboard', async () => {
  const { page, problems } = await openWindow('en', 'light');
  await paneTo(page, 'notebook');
  await doCell(page, 0);
  await page.keyboard.press('Alt+End');
  await paneTo(page, 'objects');
  await tabTo(page, '.object-row');
  await page.keyboard.press('Enter');
  await paneTo(page, 'inspector');
  await tabTo(page, '[role="tab"]');
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.chain .step-input');
  const chain = await page.locator('.chain .step-item').allInnerTexts();
  expect(chain.length).toBeGreaterThan(3);
  expect(chain[chain.length - 1]).toContain('kubectl run web --image=nginx:1.25');
  expect(await violations(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('a reload keeps the session, the place in it, the answers of the lesson, and what was typed into the editor', async () => {
  const { page, problems } = await openWindow('en', 'light');
  await paneTo(page, 'notebook');
  await doCell(page, 0);
  await doCell(page, 1);
  await page.keyboard.press('Alt+e');
  await page.waitForSelector('.monaco-editor .view-line');
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.type('apiVersion: v1');
  await editorHolds(page, 'apiVersion: v1');
  await page.waitForTimeout(1500);
  const clock = await page.locator('[data-testid="clock"]').innerText();
  await page.reload();
  await page.waitForSelector('[data-pod="web"]');
  expect(await page.locator('[data-testid="clock"]').innerText()).toBe(clock);
  expect(await page.locator('.cell-check.is-passed').count()).toBe(1);
  expect(await page.evaluate(() => localStorage.getItem('orrery.editor'))).toContain('apiVersion: v1');
  expect(problems).toEqual([]);
  await page.context().close();
});

/** What is typed is kept as it is typed. */
async function editorHolds(page: Page, text: string): Promise<void> {
  await page.waitForFunction((wanted) => localStorage.getItem('orrery.editor')?.includes(wanted), text);
}

test('a manifest with a mistake is marked at its place, nothing is lost, and the corrected one is applied', async () => {
  const { page, problems } = await openWindow('en', 'light');
  await page.keyboard.press('Alt+e');
  await page.waitForSelector('.monaco-editor .view-line');
  await page.locator('.monaco-editor').first().click();
  const lines = ['apiVersion: v1', 'kind: ConfigMap', 'metadata: {name: settings}', 'dat: {a: b}'];
  await page.keyboard.insertText(lines.join('\n'));
  await editorHolds(page, 'dat:');
  await page.locator('.editor-bar .button-primary').click();
  await page.waitForSelector('.problems li');
  expect(await page.locator('.problems li').innerText()).toContain('Line 4, column 1');
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(lines.join('\n').replace('dat:', 'data:'));
  await editorHolds(page, 'data:');
  await page.locator('.editor-bar .button-primary').click();
  await page.waitForSelector('.problems li', { state: 'detached' });
  expect(await page.locator('#pane-inspector h2').innerText()).toBe('settings');
  expect(problems).toEqual([]);
  await page.context().close();
});

test('language and theme change at any time', async () => {
  const { page } = await openWindow('en', 'light');
  await page.getByRole('button', { name: '简体中文' }).click();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Theme: as the system' }).click();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  expect(await violations(page)).toEqual([]);
  await page.context().close();
});

test('a damaged session file is refused with a reason, and nothing is lost', async () => {
  const { page } = await openWindow('en', 'light');
  await paneTo(page, 'notebook');
  await doCell(page, 0);
  const buffer = Buffer.from('{"format":"orrery-session","version":1}');
  await page.locator('input[type="file"]').setInputFiles({ name: 'bad.orrery', mimeType: 'application/json', buffer });
  await page.waitForSelector('text=This session file is damaged');
  expect(await page.locator('[data-pod="web"]').count()).toBe(1);
  await page.context().close();
});
