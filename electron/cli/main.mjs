// Runs the bundle of the command line, with the code that V8 compiled at an earlier time, where it accepts that.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';
import { root } from '../setup.mjs';

const bundle = join(root, 'dist', 'cli', 'orrery.cjs');
const codeCache = join(root, 'dist', 'cli', 'orrery.code');

/** Set for the run that warms the bundle up and keeps what V8 has compiled by then. */
const isWarmUp = process.env.ORRERY_WARM_UP === '1';

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

process.on('disconnect', () => process.exit(1));
process.channel?.unref();
const { script, main } = load();
process.exitCode = await main(process.argv.slice(2));
if (isWarmUp) writeFileSync(codeCache, script.createCachedData());
