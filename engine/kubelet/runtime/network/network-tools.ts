import { parseOptions, refuseOption } from '../../../process/applets/applet.ts';
import { complain, type Program, print, type Script } from '../../../process/program.ts';
import { type IptablesTable, iptablesText } from '../../../proxy/iptables.ts';
import { askKernel } from './ask-kernel.ts';

/** `iptables-save [-t TABLE]`: what kube-proxy has put into the kernel. */
const iptablesSave: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'ct:', { table: 't', counters: 'c' });
  if (options.unknown) return yield* refuseOption('iptables-save', options.unknown);
  const { tables } = yield* askKernel();
  yield* print(iptablesText(tables.filter(({ name }) => options.values.t === undefined || name === options.values.t)));
  return 0;
};

/** `iptables [-t TABLE] -S [CHAIN] | -L [CHAIN]`: rules are looked at here, and made by kube-proxy alone. */
const iptables: Script = function* ({ argv }) {
  const { flags, values, operands, unknown } = parseOptions(argv.slice(1), 't:SLnvw', {
    table: 't',
    'list-rules': 'S',
    list: 'L',
    numeric: 'n',
    verbose: 'v',
  });
  if (unknown !== undefined || (!flags.has('S') && !flags.has('L'))) {
    yield* complain('iptables: only -S and -L are simulated: the rules of a node are made by kube-proxy\n');
    return 2;
  }
  const name = values.t ?? 'filter';
  const table = (yield* askKernel()).tables.find((each) => each.name === name);
  const chains = table?.chains.filter(([chain]) => operands[0] === undefined || chain === operands[0]) ?? [];
  if (table === undefined || chains.length === 0) {
    yield* complain('iptables: No chain/target/match by that name.\n');
    return 1;
  }
  const texts = chains.map(([chain, policy]) =>
    flags.has('S') ? specification(table, chain, policy) : listing(table, chain, policy),
  );
  yield* print(texts.join(flags.has('S') ? '' : '\n'));
  return 0;
};

const rulesOf = ({ rules }: IptablesTable, chain: string): readonly string[] =>
  rules.filter((rule) => rule.startsWith(`-A ${chain} `));

function specification(table: IptablesTable, chain: string, policy: string): string {
  const head = policy === '-' ? `-N ${chain}` : `-P ${chain} ${policy}`;
  return [head, ...rulesOf(table, chain)].map((line) => `${line}\n`).join('');
}

function listing(table: IptablesTable, chain: string, policy: string): string {
  const references = table.rules.filter((rule) => rule.endsWith(` -j ${chain}`)).length;
  const head = policy === '-' ? `${references} references` : `policy ${policy}`;
  const lines = rulesOf(table, chain).map((rule) => listed(rule.slice(`-A ${chain} `.length)));
  return [`Chain ${chain} (${head})`, 'target     prot opt source               destination         ', ...lines]
    .map((line) => `${line}\n`)
    .join('');
}

/** One rule as `iptables -L -n` has it: five columns, then what it looks at besides. */
function listed(rule: string): string {
  const words = rule.match(/"[^"]*"|\S+/g) ?? [];
  const fields: Record<string, string> = { target: '', protocol: 'all', source: '0.0.0.0/0', destination: '0.0.0.0/0' };
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const not = words[at - 1] === '!' ? '!' : '';
    const next = (words[at + 1] ?? '').replace(/\/32$/, '');
    if (word === '-j') fields.target = next;
    else if (word === '-p') fields.protocol = next;
    else if (word === '-s') fields.source = not + next;
    else if (word === '-d') fields.destination = not + next;
    else if (word === '--comment') rest.push(`/* ${next.replaceAll('"', '')} */`);
    else if (word === '--dport') rest.push(`${fields.protocol} dpt:${next}`);
    else if (word === '--to-destination') rest.push(`to:${next}`);
    else if (word === '--probability') rest.push(`statistic mode random probability ${next}`);
    else if (word === '--reject-with') rest.push(`reject-with ${next}`);
    else if (word === '--dst-type' || word === '--src-type') rest.push(`ADDRTYPE match ${word.slice(2)} ${next}`);
    else if (word === '--set-xmark') rest.push(`MARK set ${next}`);
    else if (word === '--mark') rest.push(`mark match ${not}${next}`);
    else if (word === '--ctstate') rest.push(`ctstate ${next}`);
    else if (word === '--random-fully') rest.push('random-fully');
  }
  const { target = '', protocol = '', source = '', destination = '' } = fields;
  return `${target.padEnd(10)} ${protocol.padEnd(4)} --  ${source.padEnd(20)} ${destination.padEnd(20)} ${rest.join(' ')}`.trimEnd();
}

/** `ss -l [-t] [-n] [-p]`: who listens in the node's own network. */
const ss: Script = function* ({ argv }) {
  const { flags, unknown } = parseOptions(argv.slice(1), 'tlnpaHu', {
    tcp: 't',
    listening: 'l',
    numeric: 'n',
    processes: 'p',
  });
  if (unknown !== undefined) return yield* refuseOption('ss', unknown);
  if (!flags.has('l') && !flags.has('a')) {
    yield* complain('ss: only listening sockets are simulated: ss -l\n');
    return 1;
  }
  const { listeners } = yield* askKernel();
  const rows = flags.has('u') && !flags.has('t') ? [] : listeners;
  if (!flags.has('H')) yield* print('State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n');
  for (const { port, program, pid } of rows) {
    const process = flags.has('p') ? ` users:(("${program}",pid=${pid},fd=3))` : '';
    yield* print(`LISTEN 0      4096         0.0.0.0:${String(port).padEnd(12)} 0.0.0.0:*${process}\n`);
  }
  return 0;
};

/** kube-proxy balances with iptables here: there are no virtual servers to list. */
const ipvsadm: Script = function* () {
  yield* complain(
    "ipvsadm: kube-proxy runs in iptables mode on these nodes, IPVS is not simulated: look at 'iptables-save'\n",
  );
  return 1;
};

/** Programs of a node that look at its network. */
export const networkTools: Readonly<Record<string, Program>> = {
  iptables: { script: iptables },
  'iptables-save': { script: iptablesSave },
  ss: { script: ss },
  ipvsadm: { script: ipvsadm },
};
