// The `orrery` command: sees to all set-up, then runs the bundle of the command line in the Node that suits it best.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureQuickNode, quickNode } from './node-runtime.mjs';
import { ensureBuild, ensureDependencies } from './setup.mjs';

const program = fileURLToPath(new URL('./cli/main.mjs', import.meta.url));

// V8's defaults suit servers: they optimise hot functions at length and collect garbage on threads of their own, and in
// the short life of a command that costs more CPU than it saves. The quickest optimising compiler, the hottest functions
// each by itself, one thread, and a heap that has its size from the start are best.
const HEAP = ['--max-semi-space-size=12', '--min-semi-space-size=12', '--initial-heap-size=400'];
const QUICK = ['--single-threaded', '--no-turbofan', '--no-maglev-inlining'];

function commandLine(words) {
  const quick = quickNode();
  return [quick ?? process.execPath, [...HEAP, ...(quick ? QUICK : []), program, ...words]];
}

ensureDependencies();
if (ensureBuild('electron/cli', ['engine', 'electron', 'lessons'])) {
  ensureQuickNode();
  // So long that V8 has compiled whatever matters, and has learnt what is worth more than that.
  const env = { ...process.env, ORRERY_WARM_UP: '1' };
  spawnSync(...commandLine(['bench', 'deploy', '--nodes', '100', '--pods', '1000']), { env, stdio: 'ignore' });
}
// The channel tells the command when this process is gone, however it went.
const command = spawn(...commandLine(process.argv.slice(2)), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => command.kill(signal));
command.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
