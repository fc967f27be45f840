import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const runtime = process.env.ELECTRON_OVERRIDE_DIST_PATH as string;
/** How a fuse stands in the binary: the characters 0 and 1. */
const OFF = 0x30;
const ON = 0x31;

const unpacked = join(root, 'dist', 'packages', 'linux-unpacked');

describe('the packaged app', () => {
  beforeAll(() => {
    const builder = join(root, 'node_modules', '.bin', 'electron-builder');
    const version = readFileSync(join(runtime, 'version'), 'utf8');
    const settings = [`-c.electronDist=${runtime}`, `-c.electronVersion=${version}`];
    // electron-builder checks the whole configuration, macOS and Windows included, against its schema first.
    execFileSync(builder, ['--config', 'electron/builder.config.cjs', '--linux', '--dir', ...settings], {
      cwd: root,
      stdio: 'pipe',
    });
  });

  test('holds the bundles in an archive and nothing of node_modules', () => {
    expect(existsSync(join(unpacked, 'resources', 'app.asar'))).toBe(true);
    expect(existsSync(join(unpacked, 'resources', 'app.asar.unpacked'))).toBe(false);
  });

  test('has its side doors closed', async () => {
    const fuses = await getCurrentFuseWire(join(unpacked, 'orrery'));
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    const on = [
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ];
    expect(off.map((fuse) => fuses[fuse])).toEqual(off.map(() => OFF));
    expect(on.map((fuse) => fuses[fuse])).toEqual(on.map(() => ON));
  });

  test('starts, shows its window and can be driven', async () => {
    const data = mkdtempSync(join(tmpdir(), 'orrery-packed-'));
    // With its fuses blown the app takes no debugger of Node's; the window itself can still be reached.
    const flags = ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', `--user-data-dir=${data}`];
    const app = spawn(join(unpacked, 'orrery'), flags, { stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      const address = await debuggerAddress(app.stderr);
      const browser = await chromium.connectOverCDP(address);
      const page = browser.contexts()[0]?.pages()[0] ?? (await browser.contexts()[0]?.waitForEvent('page'));
      await page?.waitForSelector('[data-testid="cluster-map"]', { timeout: 60_000 });
      expect(page?.url()).toMatch(/^orrery:\/\/app\//);
      await browser.close();
    } finally {
      app.kill('SIGKILL');
    }
  });
});

/** Chromium writes where its debugger listens. */
function debuggerAddress(output: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    output.on('data', (part) => {
      text += part;
      const match = /DevTools listening on (ws:\S+)/.exec(text);
      if (match) resolve(match[1] as string);
    });
    output.on('end', () => reject(new Error(`the app ended: ${text}`)));
  });
}
