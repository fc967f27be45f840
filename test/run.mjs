// `npm test`: all set-up, then everything. The last line is "N passed, M failed"; the exit code is 0 only when M is 0.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureBuild, ensureDependencies, root } from '../electron/setup.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { ensureElectronRuntime } from './setup/electron-runtime.mjs';

const reports = join(root, '.cache', 'reports');
let passed = 0;
let failed = 0;
/** The names of what failed, said again at the end, where a long log is looked at first. */
const failures = [];
const missing = [];

function fail(name) {
  failed++;
  failures.push(name);
}

function count(title, isGood) {
  if (isGood) passed++;
  else fail(title);
  console.log(`${isGood ? 'ok    ' : 'FAILED'} ${title}`);
}

/** A step that passes or fails as a whole. */
function step(title, command, args, environment = {}) {
  console.log(`\n== ${title}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  count(title, status === 0);
  return status === 0;
}

/** A vitest suite: each of its tests counts. */
function suite(title, config, environment = {}, wrapper = []) {
  console.log(`\n== ${title}`);
  const report = join(reports, `${config}.json`);
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [
    vitest,
    'run',
    '--config',
    `test/${config}.config.ts`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const [command, ...rest] = [...wrapper, process.execPath, ...args];
  const { status } = spawnSync(command, rest, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  if (!existsSync(report)) {
    count(`${title}: the suite did not run`, false);
    return;
  }
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed += result.numPassedTests;
  for (const { name, assertionResults } of result.testResults) {
    const broken = assertionResults.filter(({ status: outcome }) => outcome === 'failed');
    for (const { fullName } of broken) fail(`${relative(root, name)}: ${fullName}`);
  }
  if (result.numTotalTests === 0) count(`${title}: the suite has no tests`, false);
  if (status !== 0 && result.numFailedTests === 0) count(`${title}: a file could not be run`, false);
}

ensureDependencies();
mkdirSync(reports, { recursive: true });

const bin = (name) => join(root, 'node_modules', '.bin', name);
for (const folder of ['engine', 'lessons', 'renderer', 'electron', 'test']) {
  step(`types of ${folder}`, bin('tsc'), ['-p', `${folder}/tsconfig.json`]);
}
step('no dead code', bin('knip'), ['--no-progress', '--no-config-hints']);
step('lint and format', bin('biome'), ['ci', '--reporter=summary', '--diagnostic-level=error']);

ensureBuild('electron', ['engine', 'electron', 'lessons']);
ensureBuild('renderer', ['engine', 'renderer', 'lessons']);
suite('unit, transcripts, golden recordings, lessons', 'vitest');

// It unpacks with a library, which is there only now.
const { ensureKubectl } = await import('./setup/kubectl.mjs');
const kubectl = ensureKubectl();
if (kubectl) suite('real clients: kubectl, Helm, a library', 'wire', { KUBECTL_FOLDER: kubectl });
else missing.push('the suite of real clients: no kubectl for this machine');

const chromium = ensureChromium();
if (chromium) suite('a real browser', 'browser', { CHROMIUM_PATH: chromium });
else missing.push('the browser suite: no Chromium');

const electron = ensureElectronRuntime();
if (electron) suite('the desktop app', 'electron', { ELECTRON_OVERRIDE_DIST_PATH: electron.path }, electron.display);
else missing.push('the desktop suite: no Electron runtime or no display');

for (const what of missing) {
  console.log(`\n!! NOT RUN: ${what}`);
  if (process.env.CI) fail(what);
}
for (const name of failures) console.log(`FAILED ${name}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
