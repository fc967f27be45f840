import { base64Encode } from '../../base64.ts';
import type { KeyValue } from '../../store/store.ts';
import { ETCD_ENDPOINT } from '../etcd-route.ts';
import { complain, print, request, type Script, type Syscall } from '../program.ts';

type Work<T = void> = Generator<Syscall, T, unknown>;

/** What etcd refuses, or that it does not answer. */
class EtcdFailure extends Error {}

interface Words {
  readonly args: readonly string[];
  readonly isPrefix: boolean;
  readonly isKeysOnly: boolean;
  readonly isCountOnly: boolean;
  readonly limit: number;
  readonly revision: number;
  readonly format: string;
}

interface Status {
  readonly revision: number;
  readonly keys: number;
}

const MEMBER = '8e9e05c52164694d';
const CLUSTER = 'cdf818194e3a8c32';
const VERSION = '3.6.6';
const URL = `https://${ETCD_ENDPOINT}`;

/** etcd's own client: reads the keys under which the API server keeps its objects. */
export const etcdctl: Script = function* ({ argv }) {
  try {
    const words = wordsOf(argv.slice(1));
    const [first = '', second = ''] = words.args;
    const command = COMMANDS[`${first} ${second}`] ?? COMMANDS[first];
    if (command === undefined) throw new EtcdFailure(refusal(first, second));
    yield* command(words);
    return 0;
  } catch (error) {
    if (!(error instanceof EtcdFailure)) throw error;
    yield* complain(`Error: ${error.message}\n`);
    return 1;
  }
};

function refusal(first: string, second: string): string {
  if (['put', 'del', 'txn', 'lease', 'lock', 'elect'].includes(first))
    return `etcdctl ${first}: only the API server writes here: use kubectl`;
  if (first === 'watch') return 'etcdctl watch: not part of this machine: use kubectl get --watch';
  if (first === 'snapshot') return 'etcdctl snapshot: there is no file of the data to keep: sessions are saved whole';
  return `unknown command ${JSON.stringify(second ? `${first} ${second}` : first)} for "etcdctl"`;
}

/** Flags that take a value. Those that say where and as whom are taken and change nothing: there is one etcd. */
const VALUED = /^--(endpoints|cacert|cert|key|user|command-timeout|dial-timeout|limit|rev|write-out)$|^-w$/;
const SWITCHES = new Set(['--prefix', '--keys-only', '--count-only', '--print-value-only', '--cluster', '--hex']);

function wordsOf(words: readonly string[]): Words {
  const args: string[] = [];
  const flags = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const [name = '', ...value] = (words[at] as string).split('=');
    if (!name.startsWith('-')) args.push(words[at] as string);
    else if (VALUED.test(name))
      flags.set(name === '-w' ? '--write-out' : name, value.length > 0 ? value.join('=') : (words[++at] ?? ''));
    else if (SWITCHES.has(name)) flags.set(name, 'true');
    else throw new EtcdFailure(`unknown flag: ${name}`);
  }
  return {
    args,
    isPrefix: flags.has('--prefix'),
    isKeysOnly: flags.has('--keys-only'),
    isCountOnly: flags.has('--count-only'),
    limit: Number(flags.get('--limit') ?? 0),
    revision: Number(flags.get('--rev') ?? 0),
    format: flags.get('--write-out') ?? 'simple',
  };
}

function* ask<T>(body: object): Work<T> {
  const answer = yield* request(URL, { method: 'POST', path: '/', headers: {}, body });
  if ('unreachable' in answer) throw new EtcdFailure(answer.unreachable);
  if (answer.code >= 400) throw new EtcdFailure(String(answer.body));
  return answer.body as T;
}

const header = ({ revision }: Pick<Status, 'revision'>) =>
  `"header":{"cluster_id":${BigInt(`0x${CLUSTER}`)},"member_id":${BigInt(`0x${MEMBER}`)},"revision":${revision},"raft_term":2}`;

function* get(words: Words): Work {
  const key = words.args[1];
  if (key === undefined)
    throw new EtcdFailure('get command needs one argument as key and an optional argument as range_end');
  const all = yield* ask<readonly KeyValue[]>({
    kind: 'Range',
    key,
    isPrefix: words.isPrefix,
    revision: words.revision,
  });
  const shown = words.isCountOnly ? [] : all.slice(0, words.limit || undefined);
  if (words.format === 'json') {
    const status = yield* ask<Status>({ kind: 'Status' });
    const entries = shown.map((entry) => jsonOf(entry, words.isKeysOnly)).join(',');
    yield* print(
      `{${header(status)}${shown.length > 0 ? `,"kvs":[${entries}]` : ''}${all.length > 0 ? `,"count":${all.length}` : ''}}\n`,
    );
  } else if (words.format !== 'simple')
    throw new EtcdFailure(`get: output ${words.format} is not part of this machine`);
  else {
    for (const { key: name, value } of shown)
      yield* print(`${name}\n${words.isKeysOnly ? '' : JSON.stringify(value)}\n`);
  }
  if (shown.length > 0 && !words.isKeysOnly)
    yield* complain('note: a real etcd holds built-in kinds as protobuf; here they are shown as JSON\n');
}

function jsonOf({ key, createRevision, modRevision, version, value }: KeyValue, isKeysOnly: boolean): string {
  const entry = { key: base64Encode(key), create_revision: createRevision, mod_revision: modRevision, version };
  return JSON.stringify(isKeysOnly ? entry : { ...entry, value: base64Encode(JSON.stringify(value)) });
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const centred = (cell: string, width: number) => {
    const before = Math.floor((width - cell.length) / 2);
    return ' '.repeat(before) + cell + ' '.repeat(width - cell.length - before);
  };
  const line = (row: readonly string[], isHead: boolean) =>
    `|${row.map((cell, at) => ` ${isHead ? centred(cell, widths[at] as number) : cell.padStart(widths[at] as number)} `).join('|')}|\n`;
  return `${rule}${line(rows[0] ?? [], true)}${rule}${rows
    .slice(1)
    .map((row) => line(row, false))
    .join('')}${rule}`;
}

function* printRows(words: Words, head: readonly string[], row: readonly string[]): Work {
  if (words.format === 'table') yield* print(table([head, row]));
  else if (words.format === 'simple') yield* print(`${row.join(', ')}\n`);
  else throw new EtcdFailure(`output ${words.format} is not part of this machine: simple and table are`);
}

const COMMANDS: Readonly<Record<string, (words: Words) => Work>> = {
  get,
  version: () => print(`etcdctl version: ${VERSION}\nAPI version: 3.6\n`),
  'endpoint health': function* () {
    yield* ask<Status>({ kind: 'Status' });
    yield* print(`${URL} is healthy: successfully committed proposal\n`);
  },
  'endpoint status': function* (words) {
    const { revision, keys } = yield* ask<Status>({ kind: 'Status' });
    const head = ['ENDPOINT', 'ID', 'VERSION', 'IS LEADER', 'REVISION', 'KEYS'];
    yield* printRows(words, head, [URL, MEMBER, VERSION, 'true', String(revision), String(keys)]);
  },
  'member list': function* (words) {
    yield* ask<Status>({ kind: 'Status' });
    const head = ['ID', 'STATUS', 'NAME', 'PEER ADDRS', 'CLIENT ADDRS', 'IS LEARNER'];
    yield* printRows(words, head, [MEMBER, 'started', 'control-plane', URL.replace('2379', '2380'), URL, 'false']);
  },
  compact: function* ({ args }) {
    const revision = Number(args[1]);
    if (!Number.isInteger(revision)) throw new EtcdFailure('bad compact command argument: a revision is wanted');
    yield* ask({ kind: 'Compact', revision });
    yield* print(`compacted revision ${revision}\n`);
  },
  defrag: function* () {
    yield* ask<Status>({ kind: 'Status' });
    yield* print(`Finished defragmenting etcd member[${URL}]\n`);
  },
};
