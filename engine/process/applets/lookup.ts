import type { RecordType } from '../../cni/dns/records.ts';
import { complain, type FileError, type LookupAnswer, print, type Script, type Syscall } from '../program.ts';
import { type AppletTable, isFailure } from './applet.ts';

type Found = LookupAnswer | FileError;

const TYPES: readonly string[] = ['A', 'AAAA', 'CNAME', 'PTR', 'SRV'];

function* ask(host: string, type?: RecordType, server?: string): Generator<Syscall, Found, unknown> {
  return (yield {
    call: 'lookup',
    host,
    ...(type === undefined ? {} : { type }),
    ...(server === undefined ? {} : { server }),
  }) as Found;
}

/** `10.96.0.7` -> `7.0.96.10.in-addr.arpa`, as addresses are asked for by name. */
function backwards(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

const isAddress = (text: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(text);

/** What busybox says between a name and what it has. */
const WORDS: Readonly<Record<string, string>> = { CNAME: 'canonical name', PTR: 'name', SRV: 'service' };

/** busybox nslookup: every name that was tried with what the server said of it. */
const nslookup: Script = function* ({ argv }) {
  const words = argv.slice(1);
  const [host, server] = words.filter((word) => !word.startsWith('-'));
  const asked = /^-(?:query)?type=(.*)$/.exec(words.find((word) => word.startsWith('-')) ?? '')?.[1]?.toUpperCase();
  if (host === undefined) {
    yield* complain('Usage: nslookup [-type=QUERY_TYPE] HOST [DNS-SERVER]\n');
    return 1;
  }
  if (asked !== undefined && !TYPES.includes(asked)) {
    yield* complain(`nslookup: invalid query type '${asked.toLowerCase()}'\n`);
    return 1;
  }
  const isReverse = isAddress(host) && asked === undefined;
  const type = isReverse ? 'PTR' : (asked as RecordType | undefined);
  const found = yield* ask(isReverse ? `${backwards(host)}.` : host, type, server);
  if (isFailure(found)) {
    yield* print(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  yield* print(`Server:\t\t${found.server}\nAddress:\t${found.server}:53\n\n`);
  let status = 1;
  for (const { name, addresses, records = [] } of found.answers) {
    const lines = [
      ...addresses.map((address) => `Name:\t${name}\nAddress: ${address}\n`),
      ...records.map((record) => `${name}\t${WORDS[type ?? 'A']} = ${record.replace(/\.$/, '')}\n`),
    ];
    if (lines.length === 0) yield* print(`** server can't find ${name}: NXDOMAIN\n\n`);
    else {
      status = 0;
      yield* print(`${lines.join('')}\n`);
    }
  }
  return status;
};

/** What `dig` is asked for. */
interface Digging {
  readonly name: string;
  readonly type: RecordType;
  readonly server?: string;
  readonly options: ReadonlySet<string>;
}

/** `dig [@SERVER] [-x ADDRESS] NAME [TYPE] [+short] [+search] [+noall +answer]`; undefined where it is more. */
function digging(words: readonly string[]): Digging | string {
  const options = new Set<string>();
  let name = '';
  let type: string = 'A';
  let server: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word.startsWith('+')) options.add(word.slice(1));
    else if (word.startsWith('@')) server = word.slice(1);
    else if (word === '-x') [name, type] = [backwards(words[++at] ?? ''), 'PTR'];
    else if (word === '-t') type = (words[++at] ?? '').toUpperCase();
    else if (word.startsWith('-')) return word;
    else if (TYPES.includes(word.toUpperCase()) && name !== '') type = word.toUpperCase();
    else name = word;
  }
  if (!TYPES.includes(type)) return type;
  return { name, type: type as RecordType, options, ...(server === undefined ? {} : { server }) };
}

/** Seconds that CoreDNS lets its answers be kept (`ttl` of its `kubernetes` plugin as kubeadm sets it). */
const TTL = 30;

/** The part of dig that shows answers: whole (`+noall +answer`) or only their data (`+short`). */
const dig: Script = function* ({ argv }) {
  const asked = digging(argv.slice(1));
  if (typeof asked === 'string') {
    yield* complain(`dig: ${asked} is not simulated; what is: -x, -t, @SERVER and the types ${TYPES.join(', ')}\n`);
    return 1;
  }
  // Without +search a name is asked for as it is.
  const host = asked.options.has('search') ? asked.name : `${asked.name.replace(/\.$/, '')}.`;
  const found = yield* ask(host, asked.type, asked.server);
  if (isFailure(found)) {
    yield* print(';; connection timed out; no servers could be reached\n');
    return 9;
  }
  const { name, addresses, records } = found.answers.at(-1) ?? { name: asked.name, addresses: [], records: [] };
  const data = asked.type === 'A' ? addresses : (records ?? []);
  const status = data.length > 0 ? 'NOERROR' : 'NXDOMAIN';
  const lines = data.map((each) => `${name}.\t\t${TTL}\tIN\t${asked.type}\t${each}\n`);
  if (asked.options.has('short')) yield* print(data.map((each) => `${each}\n`).join(''));
  else if (asked.options.has('noall')) yield* print(asked.options.has('answer') ? lines.join('') : '');
  else {
    yield* print(
      `;; ->>HEADER<<- opcode: QUERY, status: ${status}\n\n;; QUESTION SECTION:\n;${name}.\t\tIN\t${asked.type}\n\n`,
    );
    if (lines.length > 0) yield* print(`;; ANSWER SECTION:\n${lines.join('')}\n`);
    yield* print(`;; SERVER: ${found.server}#53(${found.server})\n`);
  }
  return 0;
};

const DATABASES = ['hosts', 'ahosts', 'ahostsv4'];

/** `getent hosts NAME`: the address that programs would get, from /etc/hosts or DNS. */
const getent: Script = function* ({ argv }) {
  const [database = '', ...names] = argv.slice(1);
  if (!DATABASES.includes(database)) {
    yield* complain(`getent: only ${DATABASES.join(', ')} are simulated, not "${database}"\n`);
    return 1;
  }
  let status = 0;
  for (const host of names) {
    const address = (yield { call: 'resolve', host }) as string | null;
    if (address === null) status = 2;
    else yield* print(`${address.padEnd(15)} ${host}\n`);
  }
  return status;
};

export const lookupApplets: AppletTable = { nslookup, dig, getent };
