// The `orrery` command: makes sure that its bundle is fresh, then hands over to it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { ensureBuild, ensureDependencies, root } from './setup.mjs';

// A command lives for seconds. V8's defaults suit servers: they optimise early, on threads of their own, and in so short
// a life that costs more CPU than it saves. Plain machine code at once and optimisation only of the hottest loops is best.
setFlagsFromString('--always-sparkplug');
setFlagsFromString('--interrupt-budget=600000');

ensureDependencies();
ensureBuild('electron', ['engine', 'electron', 'lessons']);
const { main } = await import(pathToFileURL(join(root, 'dist', 'electron', 'orrery.js')).href);
process.exitCode = await main(process.argv.slice(2));
