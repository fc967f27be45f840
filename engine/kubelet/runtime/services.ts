import { complain, print, type RequestAnswer, type Script, type Syscall } from '../../process/program.ts';

/** The service manager of the node, as its programs address it. */
export const SERVICES = 'unix:///run/systemd/private';

/** Units of a node and the processes they are. */
export const UNITS: Readonly<Record<string, string>> = {
  kubelet: 'kubelet',
  containerd: 'containerd',
  'kube-proxy': 'kube-proxy',
};

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  kubelet: 'kubelet: The Kubernetes Node Agent',
  containerd: 'containerd container runtime',
  'kube-proxy': 'kube-proxy: The Kubernetes Network Proxy',
};

interface Answer {
  readonly isKnown: boolean;
  readonly isRunning?: boolean;
}

function* ask(verb: string, unit: string): Generator<Syscall, Answer, unknown> {
  const request = { method: 'POST' as const, path: '/', body: { verb, unit } };
  const answer = (yield { call: 'request', server: SERVICES, request }) as RequestAnswer;
  return 'body' in answer ? (answer.body as unknown as Answer) : { isKnown: false };
}

const NOT_RUNNING = 3;
const UNKNOWN = 4;

/** `systemctl start|stop|restart|status|is-active UNIT`. */
export const systemctl: Script = function* ({ argv }) {
  const [verb = '', ...units] = argv.slice(1).filter((word) => !word.startsWith('-'));
  if (verb === 'daemon-reload' || verb === 'enable' || verb === 'disable') return 0;
  if (!['start', 'stop', 'restart', 'status', 'is-active'].includes(verb)) {
    yield* complain(`Unknown command verb '${verb}': start, stop, restart, status and is-active are simulated.\n`);
    return 1;
  }
  let code = 0;
  for (const word of units) {
    const unit = word.replace(/\.service$/, '');
    const { isKnown, isRunning } = yield* ask(verb, unit);
    if (!isKnown) {
      yield* complain(
        verb === 'status' ? `Unit ${unit}.service could not be found.\n` : `Unit ${unit}.service not found.\n`,
      );
      code = verb === 'status' ? UNKNOWN : 5;
      continue;
    }
    if (verb === 'is-active') yield* print(isRunning ? 'active\n' : 'inactive\n');
    if (verb === 'status') yield* print(statusText(unit, isRunning === true));
    if ((verb === 'status' || verb === 'is-active') && !isRunning) code = NOT_RUNNING;
  }
  return code;
};

function statusText(unit: string, isRunning: boolean): string {
  const mark = isRunning ? '●' : '○';
  const state = isRunning ? 'active (running)' : 'inactive (dead)';
  return `${mark} ${unit}.service - ${DESCRIPTIONS[unit]}\n     Loaded: loaded (/lib/systemd/system/${unit}.service; enabled; preset: enabled)\n     Active: ${state}\n`;
}

/** The journal of a node is the trace: it is read there. */
export const journalctl: Script = function* () {
  yield* complain('journalctl: what the processes of the node have noted stands in the trace, step by step.\n');
  return 1;
};
