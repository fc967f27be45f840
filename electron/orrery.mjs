// The `orrery` command: makes sure that its bundle is fresh, then hands over to it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { ensureBuild, ensureDependencies, root } from './setup.mjs';

// A command lives for seconds. V8's defaults suit servers: they optimise early and collect garbage on threads of their
// own, and in so short a life that costs more CPU than it saves. Plain machine code at once, optimisation only of the
// hottest functions, each by itself, and one thread that collects what is young is best.
const FLAGS = ['--always-sparkplug', '--interrupt-budget=400000', '--no-turbo-inlining', '--no-parallel-scavenge'];
for (const flag of FLAGS) setFlagsFromString(flag);

ensureDependencies();
ensureBuild('electron', ['engine', 'electron', 'lessons']);
const { main } = await import(pathToFileURL(join(root, 'dist', 'electron', 'orrery.js')).href);
process.exitCode = await main(process.argv.slice(2));
