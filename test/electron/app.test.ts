import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const runtime = process.env.ELECTRON_OVERRIDE_DIST_PATH as string;

/** A bare runtime has no app that opens the folder named on its command line; this one does just that. */
async function writeDefaultApp(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'default-app-'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'default-app', main: 'main.mjs', type: 'module' }),
  );
  writeFileSync(
    join(folder, 'main.mjs'),
    `import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
const path = process.argv.slice(1).find((word) => word.startsWith('/'));
const { name, main } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
app.setAppPath(path);
app.setName(name);
await import(pathToFileURL(join(path, main)).href);
`,
  );
  mkdirSync(join(runtime, 'resources'), { recursive: true });
  await createPackage(folder, join(runtime, 'resources', 'default_app.asar'));
}

async function launch(data: string): Promise<{ app: ElectronApplication; page: Page; problems: string[] }> {
  const app = await _electron.launch({
    executablePath: join(runtime, 'electron'),
    args: ['--no-sandbox', '--disable-gpu', `--user-data-dir=${data}`, root],
    env: { ...process.env, LANG: 'C.UTF-8' } as Record<string, string>,
  });
  const page = await app.firstWindow();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return { app, page, problems };
}

const data = mkdtempSync(join(tmpdir(), 'orrery-electron-'));
let running: { app: ElectronApplication; page: Page; problems: string[] };

describe('the desktop app in a real Electron', () => {
  beforeAll(async () => {
    await writeDefaultApp();
    running = await launch(data);
  });

  afterAll(async () => {
    await running?.app.close();
  });

  test('opens its window under its own scheme and shows the cluster', async () => {
    const { page } = running;
    await page.waitForSelector('[data-testid="cluster-map"]', { timeout: 60_000 });
    expect(page.url()).toMatch(/^orrery:\/\/app\//);
    await page.screenshot({ path: join(root, '.cache', 'electron.png') });
  });

  test('keeps Node out of the page', async () => {
    const { page } = running;
    expect(await page.evaluate('typeof require + typeof process + typeof module')).toBe('undefinedundefinedundefined');
    expect(await page.evaluate('Object.keys(window.orrery).sort().join()')).toBe('connect,save,speak');
  });

  test('its menu speaks the language of the window', async () => {
    const { page, app } = running;
    const labels = () =>
      app.evaluate(({ Menu }) =>
        (Menu.getApplicationMenu()?.items ?? []).flatMap(({ label, submenu }) => [
          label,
          ...(submenu?.items ?? []).flatMap((item) => (item.type === 'separator' ? [] : [item.label])),
        ]),
      );
    expect(await labels()).toContain('Save Session As…');
    await page.getByRole('button', { name: '中文' }).click();
    await expect.poll(labels).toContain('会话另存为…');
    expect((await labels()).filter((label) => !/\p{Script=Han}/u.test(label))).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
    await expect.poll(labels).toContain('Copy');
  });

  test('goes nowhere else and opens no windows', async () => {
    const { page, app } = running;
    await page.evaluate(`window.location.href = 'https://example.invalid/'`).catch(() => {});
    await page.evaluate(`window.open('http://example.invalid/')`).catch(() => {});
    expect(page.url()).toMatch(/^orrery:\/\/app\//);
    expect(app.windows()).toHaveLength(1);
  });

  test('runs the engine in a process of its own', async () => {
    const names = await running.app.evaluate(({ app }) =>
      app.getAppMetrics().map((metric) => metric.name ?? metric.type),
    );
    expect(names).toContain('Orrery engine');
  });

  test('no error in the console', () => {
    expect(running.problems).toEqual([]);
  });
});
