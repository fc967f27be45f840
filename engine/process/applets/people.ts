import { complain, print, type Script } from '../program.ts';
import { type AppletTable, linesOf, parseOptions, readInputs, refuseOption, textOf } from './applet.ts';
import { EDITORS } from './editors.ts';
import { etcdctl } from './etcdctl.ts';
import { jq } from './jq/jq.ts';
import { openssl } from './openssl/openssl.ts';
import { yq } from './yq/yq.ts';

/** A program that people know and that is not simulated: it says so, and what to do instead. */
function missing(name: string, remedy: string): Script {
  return function* () {
    yield* complain(`${name}: not part of this machine. ${remedy}\n`);
    return 1;
  };
}

const EDITOR = 'Edit the file in the editor beside the terminal, or write it with cat > FILE <<EOF.';
const CONTAINERS = 'Its images come from the catalogue; see kubectl for what runs in the cluster.';

const ON_NODES = 'It belongs to the nodes: ssh node-1';

/** Whoever sits here is root already: `sudo` runs what stands behind it. */
const sudo: Script = function* ({ argv }) {
  const words = argv.slice(1).filter((word, at) => at > 0 || !/^-[EHnS]$/.test(word));
  if (words.length === 0) {
    yield* complain('usage: sudo [-E] command\n');
    return 1;
  }
  return (yield { call: 'run', argv: words }) as number;
};

/** Columns as wide as they need to be: `column -t`, with `-s` for what stands between the words. */
const column: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'ts:o:');
  if (options.unknown) return yield* refuseOption('column', options.unknown);
  const { inputs, failed } = yield* readInputs('column', options.operands);
  const separator = options.values.s;
  const rows = inputs.flatMap(({ text }) =>
    linesOf(text)
      .filter((line) => line.trim() !== '')
      .map((line) => (separator === undefined ? line.trim().split(/\s+/) : line.split(separator))),
  );
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, at) => Math.max(cell.length, all[at] ?? 0)).concat(all.slice(row.length)),
    [],
  );
  const gap = options.values.o ?? '  ';
  const lines = options.flags.has('t')
    ? rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join(gap))
    : rows.map((row) => row.join(' '));
  yield* print(textOf(lines));
  return failed ? 1 : 0;
};

const ADDRESSES = 'Addresses of nodes and pods are in kubectl get nodes,pods -A -o wide.';

/** What people try on their own machine. */
export const TOOLS_OF_PEOPLE: AppletTable = {
  ...EDITORS,
  emacs: missing('emacs', EDITOR),
  code: missing('code', EDITOR),
  git: missing('git', 'Your files are kept with the session.'),
  docker: missing('docker', CONTAINERS),
  podman: missing('podman', CONTAINERS),
  crictl: missing('crictl', `${ON_NODES} crictl ps`),
  systemctl: missing('systemctl', `${ON_NODES} systemctl status kubelet`),
  journalctl: missing('journalctl', `${ON_NODES} journalctl -u kubelet`),
  ip: missing('ip', ADDRESSES),
  ifconfig: missing('ifconfig', ADDRESSES),
  route: missing('route', ADDRESSES),
  'iptables-save': missing('iptables-save', 'Where a Service leads: kubectl get endpointslices.'),
  ping: missing(
    'ping',
    'Ask a Service or a pod over HTTP: kubectl port-forward and curl, or kubectl exec POD -- wget -qO- ADDRESS.',
  ),
  man: missing('man', 'Every command explains itself: kubectl help, kubectl explain pods, helm --help, yq --help.'),
  apt: missing('apt', 'What is here is all there is; see kubectl, helm, jq, yq, openssl, curl.'),
  python3: missing('python3', 'jq, yq, awk and sed are here.'),
  k9s: missing('k9s', 'The window shows the objects beside the terminal.'),
  column,
  sudo,
  etcdctl,
  jq,
  openssl,
  yq,
};
