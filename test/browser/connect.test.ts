import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserServer, startBrowserServer } from '../../electron/browser/server.ts';
import { HostedEngine } from '../../electron/engine/hosted-engine.ts';
import { bundle, launchChromium } from './site.ts';

let folder: string;
let engine: HostedEngine;
let server: BrowserServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-connect-'));
  engine = new HostedEngine(join(folder, 'session.orrery'));
  server = await startBrowserServer({ folder: bundle, token: 'token', engine });
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(server.url);
});

afterAll(async () => {
  await browser?.close();
  engine?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a dialog gives the command that lets the learner’s own kubectl in, in both languages', async () => {
  await page.getByRole('button', { name: 'Connect your own kubectl' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect your own kubectl' });
  const command = await dialog.getByRole('textbox', { name: 'Command for your terminal' }).inputValue();
  expect(command).toBe(`export KUBECONFIG='${join(folder, 'kubeconfig')}'`);
  expect(readFileSync(join(folder, 'kubeconfig'), 'utf8')).toContain('server: https://127.0.0.1:');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: '简体中文' }).click();
  await page.getByRole('button', { name: '连接你自己的 kubectl' }).click();
  const chinese = page.getByRole('dialog', { name: '连接你自己的 kubectl' });
  expect(await chinese.getByRole('textbox').inputValue()).toBe(command);
  await page.keyboard.press('Escape');
});

const kubectl = join(process.cwd(), '.cache', 'kubectl', 'kubectl');

test.runIf(existsSync(kubectl))('a real kubectl sees what the window shows', async () => {
  const env = { ...process.env, KUBECONFIG: join(folder, 'kubeconfig'), HOME: folder };
  const { stdout } = await promisify(execFile)(kubectl, ['get', 'namespaces', '-o', 'name'], { env });
  expect(stdout).toContain('namespace/');
});
