// The `orrery` command: makes sure that its bundle is fresh, then hands over to it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuild, ensureDependencies, root } from './setup.mjs';

ensureDependencies();
ensureBuild('electron', ['engine', 'electron', 'lessons']);
const { main } = await import(pathToFileURL(join(root, 'dist', 'electron', 'orrery.js')).href);
process.exitCode = await main(process.argv.slice(2));
