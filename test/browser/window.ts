import type { Browser, Page } from 'playwright-core';

/** A window of the app in a profile of its own, with whatever went wrong in it: console errors and uncaught ones. */
export async function openWindow(
  browser: Browser,
  url: string,
  language: 'en' | 'zh' = 'en',
  colorScheme: 'light' | 'dark' = 'light',
): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme });
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

/** Nothing runs in the terminal any more. */
export function commandEnded(page: Page): Promise<unknown> {
  return page.waitForSelector('[data-testid="clock"][data-command="none"]', { timeout: 60_000 });
}
