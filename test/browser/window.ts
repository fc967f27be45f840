import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';

/** A window of the app in a profile of its own, with whatever went wrong in it: console errors and uncaught ones. */
export async function openWindow(
  browser: Browser,
  url: string,
  language: 'en' | 'zh' = 'en',
  colorScheme: 'light' | 'dark' = 'light',
  viewport = { width: 1440, height: 900 },
): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
  const context = await browser.newContext({ viewport, colorScheme });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url).origin });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.addInitScript((chosen) => {
    if (!localStorage.getItem('orrery.settings')) {
      localStorage.setItem('orrery.settings', JSON.stringify({ theme: 'system', language: chosen }));
    }
  }, language);
  await page.goto(url);
  await page.waitForSelector('.notebook .cell');
  return { page, problems };
}

/** Brings the focus into the terminal. */
export async function toTerminal(page: Page): Promise<void> {
  await page.keyboard.press('Alt+t');
  await page.waitForFunction(() => document.activeElement?.classList.contains('xterm-helper-textarea'));
}

/** The lines that the terminal shows, without what is empty below them. */
export async function screen(page: Page): Promise<string> {
  const rows = await page.locator('.xterm-rows > div').allInnerTexts();
  return rows
    .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n')
    .trimEnd();
}

export async function shows(page: Page, wanted: RegExp): Promise<void> {
  await expect.poll(() => screen(page), { timeout: 20_000 }).toMatch(wanted);
}

/** Nothing runs in the terminal any more: an empty prompt is its last line, by itself or after output without a line's end. */
export async function promptIsBack(page: Page): Promise<void> {
  await expect.poll(() => screen(page), { timeout: 60_000 }).toMatch(/\$$/);
  await page.waitForSelector('[data-testid="clock"][data-command="none"]', { timeout: 60_000 });
}

/** Types a line where the prompt is, sees it there, and waits until it has run. */
export async function run(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line);
  await expect.poll(async () => (await screen(page)).replaceAll('\n', '')).toMatch(endingWith(line));
  await page.keyboard.press('Enter');
  await promptIsBack(page);
}

function endingWith(text: string): RegExp {
  return new RegExp(`${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
