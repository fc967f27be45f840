import { humanDuration } from '../../human-duration.ts';
import { complain, type Program, print, type RequestAnswer, type Script, type Syscall } from '../../process/program.ts';
import type { Sandbox } from './cri.ts';
import { ask, askFor, found, table } from './crictl-inspect.ts';
import { nodePid } from './node-files/runtime-spec.ts';
import { PAUSE_IMAGE } from './sandboxes.ts';
import type { ContainerLog, ListedContainer, Listing } from './socket.ts';

type Running = Generator<Syscall, number, unknown>;

function* listing(refusal: (why: string) => string): Generator<Syscall, Listing | undefined, unknown> {
  const answer: RequestAnswer = yield* ask('/');
  if (!('unreachable' in answer)) return answer.body as Listing;
  yield* complain(`${refusal(answer.unreachable)}\n`);
  return undefined;
}

/** What containerd makes of a pod's things: a sandbox is a container like the others. */
interface Made {
  readonly id: string;
  readonly image: string;
  readonly isRunning: boolean;
  readonly pid: number;
}

function madeOf({ sandboxes, containers }: Listing): Made[] {
  return [
    ...sandboxes.map((sandbox) => ({
      id: sandbox.id,
      image: PAUSE_IMAGE,
      isRunning: sandbox.state === 'ready',
      pid: nodePid(sandbox),
    })),
    ...containers.map((container) => ({
      id: container.id,
      image: container.imageName,
      isRunning: container.state === 'running',
      pid: nodePid(container),
    })),
  ].sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** containerd keeps what belongs to Kubernetes in a namespace of its own. */
const KUBERNETES = 'k8s.io';

/** `ctr [-n NAMESPACE] containers|tasks|images ls`, `ctr namespaces ls`: containerd's own client. */
const ctr: Script = function* ({ argv }) {
  const words = argv.slice(1);
  const at = words.findIndex((word) => word === '-n' || word === '--namespace');
  const namespace = at < 0 ? 'default' : (words[at + 1] ?? '');
  const [object = '', verb = ''] = words.filter((_word, index) => at < 0 || (index !== at && index !== at + 1));
  const known = yield* listing((why) => `ctr: failed to dial "/run/containerd/containerd.sock": ${why}`);
  if (known === undefined) return 1;
  if (['ls', 'list'].includes(verb)) {
    const isKubernetes = namespace === KUBERNETES;
    const made = isKubernetes ? madeOf(known) : [];
    if (['c', 'container', 'containers'].includes(object))
      return yield* table([
        ['CONTAINER', 'IMAGE', 'RUNTIME'],
        ...made.map(({ id, image }) => [id, image, 'io.containerd.runc.v2']),
      ]);
    if (['t', 'task', 'tasks'].includes(object))
      return yield* table([
        ['TASK', 'PID', 'STATUS'],
        ...made.filter(({ isRunning }) => isRunning).map(({ id, pid }) => [id, String(pid), 'RUNNING']),
      ]);
    if (['i', 'image', 'images'].includes(object)) {
      const images = isKubernetes ? known.images : [];
      return yield* table([
        ['REF', 'TYPE', 'ID', 'SIZE', 'PLATFORMS'],
        ...images.map(({ name, id, size }) => [
          name,
          'application/vnd.oci.image.manifest.v1+json',
          id,
          `${(size / 2 ** 20).toFixed(1)} MiB`,
          'linux/amd64',
        ]),
      ]);
    }
    if (['ns', 'namespace', 'namespaces'].includes(object))
      return yield* table([
        ['NAME', 'LABELS'],
        [KUBERNETES, ''],
      ]);
  }
  yield* complain('ctr: containers ls, tasks ls, images ls and namespaces ls are simulated\n');
  return 1;
};

/** `docker ps [-a] | images | logs ID`: Docker's own client; cri-dockerd gives the names. */
const docker: Script = function* ({ argv }) {
  const flags = argv.slice(2).filter((word) => word.startsWith('-'));
  const [id] = argv.slice(2).filter((word) => !word.startsWith('-'));
  const known = yield* listing(
    () => 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  );
  if (known === undefined) return 1;
  switch (argv[1]) {
    case 'ps':
      return yield* dockerPs(known, flags.includes('-a') || flags.includes('--all'));
    case 'images':
      return yield* table([
        ['REPOSITORY', 'TAG', 'IMAGE ID', 'SIZE'],
        ...known.images.map(({ name, id: image, size }) => {
          const colon = name.lastIndexOf(':');
          const repository = name.slice(0, colon).replace(/^docker\.io\/(library\/)?/, '');
          return [repository, name.slice(colon + 1), image.slice(7, 19), `${(size / 1e6).toPrecision(3)}MB`];
        }),
      ]);
    case 'logs': {
      const container = found(known.containers, id) ?? known.containers.find((each) => nameOf(each) === id);
      if (container) yield* print((yield* askFor<ContainerLog>('/logs', container.id)).text);
      else yield* complain(`Error response from daemon: No such container: ${id ?? ''}\n`);
      return container ? 0 : 1;
    }
    default:
      yield* complain(`docker: '${argv[1] ?? ''}': ps, images and logs are simulated\n`);
      return 1;
  }
};

/** Source: `makeContainerName` in cri-dockerd. */
function nameOf({ name, attempt, sandbox }: ListedContainer): string {
  return ['k8s', name, sandbox.name, sandbox.namespace, sandbox.uid, attempt].join('_');
}

function sandboxName({ name, namespace, uid }: Sandbox): string {
  return ['k8s', 'POD', name, namespace, uid, 0].join('_');
}

function* dockerPs({ now, sandboxes, containers }: Listing, isAll: boolean): Running {
  const ago = (time: number): string => humanDuration(Math.max(0, now - time));
  const rows = [
    ...sandboxes.map((sandbox) => ({
      created: sandbox.createdAt,
      isRunning: sandbox.state === 'ready',
      cells: [sandbox.id, PAUSE_IMAGE, '"/pause"', sandbox.createdAt, sandboxName(sandbox)] as const,
      ended: 'Exited (0)',
    })),
    ...containers.map((container) => ({
      created: container.createdAt,
      isRunning: container.state === 'running',
      cells: [
        container.id,
        container.imageId.slice(7, 19),
        `"${shortened(container.argv.join(' '))}"`,
        container.startedAt,
        nameOf(container),
      ] as const,
      ended:
        container.state === 'exited' ? `Exited (${container.exitCode}) ${ago(container.finishedAt)} ago` : 'Created',
    })),
  ].filter(({ isRunning }) => isAll || isRunning);
  rows.sort((left, right) => right.created - left.created);
  return yield* table([
    ['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'NAMES'],
    ...rows.map(({ created, isRunning, ended, cells: [id, image, command, started, name] }) => [
      id.slice(0, 12),
      image,
      command,
      `${ago(created)} ago`,
      isRunning ? `Up ${ago(started)}` : ended,
      name,
    ]),
  ]);
}

/** As wide as Docker shows a command. */
function shortened(text: string): string {
  return text.length > 20 ? `${text.slice(0, 19)}…` : text;
}

/** The clients that come with a runtime, beside `crictl`. */
export const runtimeClients: Readonly<Record<string, Program>> = { ctr: { script: ctr }, docker: { script: docker } };
