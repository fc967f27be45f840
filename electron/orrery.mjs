// The `orrery` command: makes sure that its bundle is fresh, then hands over to it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { constants, Script } from 'node:vm';
import { ensureBuild, ensureDependencies, root } from './setup.mjs';

// A command lives for seconds. V8's defaults suit servers: they optimise early and collect garbage on threads of their
// own, and in so short a life that costs more CPU than it saves. Plain machine code at once, optimisation only of the
// hottest functions, each by itself, and one thread that collects what is young is best. (What concerns the size of the
// heap must be said before V8 starts: see the script in package.json.)
const FLAGS = ['--always-sparkplug', '--interrupt-budget=400000', '--no-turbo-inlining', '--no-parallel-scavenge'];
for (const flag of FLAGS) setFlagsFromString(flag);

const bundle = join(root, 'dist', 'cli', 'orrery.cjs');
const codeCache = join(root, 'dist', 'cli', 'orrery.code');

/** Set for the run that warms the bundle up and keeps what V8 has compiled by then. */
const isWarmUp = process.env.ORRERY_WARM_UP === '1';

/** Runs the bundle: with the code that V8 compiled at an earlier time, where it accepts that. */
function load() {
  const text = readFileSync(bundle, 'utf8');
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: bundle,
    cachedData: !isWarmUp && existsSync(codeCache) ? readFileSync(codeCache) : undefined,
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
  return { script, main: module.exports.main };
}

if (!isWarmUp) {
  ensureDependencies();
  if (ensureBuild('electron/cli', ['engine', 'electron', 'lessons'])) {
    const work = [fileURLToPath(import.meta.url), 'bench', 'deploy', '--nodes', '2', '--pods', '10'];
    const env = { ...process.env, ORRERY_WARM_UP: '1' };
    spawnSync(process.execPath, [...process.execArgv, ...work], { env, stdio: 'ignore' });
  }
}
const { script, main } = load();
process.exitCode = await main(process.argv.slice(2));
if (isWarmUp) writeFileSync(codeCache, script.createCachedData());
