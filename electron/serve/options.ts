import type { ClusterOptions } from '../../engine/index.ts';
import { parseArguments, UsageError, wholeNumber } from '../cli/arguments.ts';
import { fileText } from '../cli/file-text.ts';
import type { Speed } from './served-session.ts';

/** What `orrery serve` was asked for. */
export interface ServeOptions {
  /** Of a new cluster. */
  readonly cluster: ClusterOptions;
  readonly port: number;
  readonly speed: Speed;
  /** Where the kubeconfig is written. */
  readonly kubeconfig: string | undefined;
  /** Where the session is saved at the end, and taken up from when it is there already. */
  readonly session: string | undefined;
  /** PEM of `--tls-cert-file` and `--tls-private-key-file`, instead of a certificate of the cluster. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
}

const OWN_FLAGS = ['nodes', 'port', 'kubeconfig', 'speed', 'seed', 'session', 'notices'];

/** Flags of kube-apiserver that mean here what they mean there: what each gives the cluster. */
const SERVER_FLAGS: Readonly<Record<string, (value: string) => object>> = {
  'authorization-mode': (value) => ({ authorizationMode: value.split(',') }),
  'client-ca-file': (value) => ({ clientCaFile: fileText(value) }),
  'disable-admission-plugins': (value) => ({ disableAdmissionPlugins: value.split(',') }),
  'enable-admission-plugins': (value) => ({ enableAdmissionPlugins: value.split(',') }),
  'token-auth-file': (value) => ({ tokenAuthFile: fileText(value) }),
};

/** Flags of kube-apiserver of which one value is simulated. */
const FIXED: Readonly<Record<string, string>> = {
  'allow-privileged': 'true',
  'anonymous-auth': 'false',
  'bind-address': '127.0.0.1',
  'service-cluster-ip-range': '10.96.0.0/16',
  'service-node-port-range': '30000-32767',
};

const TLS_FLAGS = ['tls-cert-file', 'tls-private-key-file'];

/** Reads the flags of `orrery serve`. Throws `UsageError` for what is unknown or not simulated. */
export function serveOptions(argv: readonly string[]): ServeOptions {
  const known = [...OWN_FLAGS, 'secure-port', ...Object.keys(SERVER_FLAGS), ...Object.keys(FIXED), ...TLS_FLAGS];
  const { positional, flags } = parseArguments(argv, known);
  if (positional.length > 0) throw new UsageError(`"${positional.join(' ')}" is one word too many`);
  for (const [name, value] of Object.entries(FIXED)) {
    const given = flags.get(name);
    if (given !== undefined && given !== value) {
      throw new UsageError(`--${name}=${given} is not simulated: leave it out, or write --${name}=${value}`);
    }
  }
  const given = Object.entries(SERVER_FLAGS).flatMap(([name, read]) => {
    const value = flags.get(name);
    return value === undefined ? [] : [read(value)];
  });
  return {
    cluster: Object.assign(
      {
        nodes: wholeNumber(flags, 'nodes', 1),
        seed: wholeNumber(flags, 'seed', 1),
        notices: flags.get('notices') === 'true',
      },
      ...given,
    ),
    port: wholeNumber(flags, flags.has('secure-port') ? 'secure-port' : 'port', 0),
    speed: speedOf(flags.get('speed') ?? '1'),
    kubeconfig: flags.get('kubeconfig'),
    session: flags.get('session'),
    tls: tlsOf(flags),
  };
}

function tlsOf(flags: ReadonlyMap<string, string>): ServeOptions['tls'] {
  const [certificate, key] = TLS_FLAGS.map((name) => flags.get(name));
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    throw new UsageError('--tls-cert-file and --tls-private-key-file go together');
  }
  return { certificate: fileText(certificate), key: fileText(key) };
}

function speedOf(text: string): Speed {
  if (text === 'max') return text;
  const speed = Number(text);
  if (text === '' || !Number.isFinite(speed) || speed < 0) {
    throw new UsageError(`--speed takes a number (0: time stands still) or "max", not "${text}"`);
  }
  return speed;
}
