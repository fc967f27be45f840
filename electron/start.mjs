// `npm start`: all set-up, then the app: in Electron, or, where its runtime cannot be had, in the browser.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuild, ensureDependencies, root } from './setup.mjs';

/** How long the download of Electron's runtime may take, and how soon an Electron that cannot run dies; milliseconds. */
const DOWNLOAD_LIMIT = 5 * 60_000;
const EARLY_DEATH = 5_000;

/** Electron's program; undefined with a reason on standard error where it cannot be had. */
function electronProgram() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override && existsSync(join(override, 'electron'))) return join(override, 'electron');
  const folder = join(root, 'node_modules', 'electron');
  const program = () => {
    const path = join(folder, 'path.txt');
    const relative = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return relative && existsSync(join(folder, 'dist', relative)) ? join(folder, 'dist', relative) : undefined;
  };
  if (program()) return program();
  console.error('Fetching the Electron runtime (once) …');
  spawnSync(process.execPath, [join(folder, 'install.js')], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: DOWNLOAD_LIMIT,
  });
  if (!program()) console.error('The Electron runtime cannot be fetched here.');
  return program();
}

/** Runs the app in Electron; answers whether it ran (and not: died at once, as it does without a display). */
function runElectron(program) {
  return new Promise((resolve) => {
    const started = Date.now();
    const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const child = spawn(program, [...flags, root], { stdio: ['ignore', 'inherit', 'ignore'] });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0 || Date.now() - started > EARLY_DEATH));
  });
}

function openBrowser(url) {
  const [command, ...args] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform] ?? ['xdg-open'];
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

ensureDependencies();
ensureBuild('renderer', ['engine', 'renderer', 'lessons']);
ensureBuild('electron', ['engine', 'electron', 'lessons']);

const program = process.env.ORRERY_BROWSER ? undefined : electronProgram();
if (!program || !(await runElectron(program))) {
  console.log('Orrery opens in your browser instead of its own window.');
  const { main } = await import(pathToFileURL(join(root, 'dist', 'electron', 'browser.js')).href);
  const url = await main();
  console.log(`\n  ${url}\n\nKeep this running; Ctrl-C ends it. What you do is saved at once.`);
  if (!process.env.CI) openBrowser(url);
}
