import { parseArguments, UsageError, wholeNumber } from '../cli/arguments.ts';
import type { Speed } from './served-session.ts';

/** What `orrery serve` was asked for. */
export interface ServeOptions {
  readonly nodes: number;
  readonly seed: number;
  readonly port: number;
  readonly speed: Speed;
  /** Where the kubeconfig is written. */
  readonly kubeconfig: string | undefined;
  /** Where the session is saved at the end, and taken up from when it is there already. */
  readonly session: string | undefined;
}

const OWN_FLAGS = ['nodes', 'port', 'kubeconfig', 'speed', 'seed', 'session'];

/** Flags of kube-apiserver that have one possible value here: anything else is not simulated. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  'bind-address': ['127.0.0.1'],
  'advertise-address': ['127.0.0.1'],
  'anonymous-auth': ['false'],
  'allow-privileged': ['true'],
};

const SERVER_FLAGS = ['secure-port', ...Object.keys(FIXED)];

/** Reads the flags of `orrery serve`. Throws `UsageError` for what is unknown or not simulated. */
export function serveOptions(argv: readonly string[]): ServeOptions {
  const { positional, flags } = parseArguments(argv, [...OWN_FLAGS, ...SERVER_FLAGS]);
  if (positional.length > 0) throw new UsageError(`"${positional.join(' ')}" is one word too many`);
  for (const [name, values] of Object.entries(FIXED)) {
    const value = flags.get(name);
    if (value !== undefined && !values.includes(value)) {
      throw new UsageError(`--${name}=${value} is not simulated; it can be ${values.join(' or ')}`);
    }
  }
  return {
    nodes: wholeNumber(flags, 'nodes', 1, 0),
    seed: wholeNumber(flags, 'seed', 1),
    port: wholeNumber(flags, flags.has('secure-port') ? 'secure-port' : 'port', 0),
    speed: speedOf(flags.get('speed') ?? '1'),
    kubeconfig: flags.get('kubeconfig'),
    session: flags.get('session'),
  };
}

function speedOf(text: string): Speed {
  if (text === 'max') return text;
  const speed = Number(text);
  if (text === '' || !Number.isFinite(speed) || speed < 0) {
    throw new UsageError(`--speed takes a number (0: time stands still) or "max", not "${text}"`);
  }
  return speed;
}
