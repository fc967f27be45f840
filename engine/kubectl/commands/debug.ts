import { schemaFor } from '../../apiserver/schema/schemas.ts';
import type { KubeObject } from '../../object.ts';
import { nameSuffix } from '../../sim/identity.ts';
import type { Command } from '../command.ts';
import { apiPath, type Mapping } from '../discovery.ts';
import { failure } from '../failure.ts';
import { type DebugStyle, type Kept, PROFILES, type Profile, profiled } from '../generate/debug-profile.ts';
import { isImageReference } from '../generate/pod.ts';
import { threeWayPatch } from '../merge/three-way.ts';
import type { Resource } from '../resources/object.ts';
import { select } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { createResource, patchResource } from '../writing.ts';
import { attachToContainer } from './debug-attach.ts';
import { customProfile, withCustomProfile } from './debug-custom.ts';
import { DEBUG_FLAGS } from './debug-flags.ts';
import { resourceNamed } from './exec.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

/** What was made to debug with: the pod, and the container to attach to. */
interface Debugging {
  readonly pod: Resource;
  readonly container: string;
}

export const debug: Command = {
  name: 'debug',
  short: 'Create debugging sessions for troubleshooting workloads and nodes',
  usage: '(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  examples: [
    '# A container beside those of a pod',
    'kubectl debug web -it --image=busybox:1.36 --target=nginx',
    '',
    '# A copy of a pod with another image',
    'kubectl debug web --copy-to=web-debug --set-image=*=busybox:1.36',
    '',
    '# A pod on a node, whose files are at /host',
    'kubectl debug node/node-1 -it --image=busybox:1.36',
  ],
  flags: DEBUG_FLAGS,
  *run(session: Session): Task {
    const { flags, args, dashAt } = session;
    const words = dashAt >= 0 ? args.slice(dashAt) : [];
    const names = dashAt >= 0 ? args.slice(0, dashAt) : args;
    const profile = profileOf(session);
    const custom = yield* customProfile(session);
    check(session, names, words);
    if (flags.string('target') && !flags.boolean('quiet')) {
      yield* session.print(
        `Targeting container ${JSON.stringify(flags.string('target'))}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
    }
    if (flags.boolean('tty') && !flags.boolean('stdin')) {
      throw failure('-i/--stdin is required for containers with -t/--tty=true');
    }
    if (profile === 'legacy') {
      yield* session.complain(
        '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".',
      );
    }
    for (const target of yield* targets(session, names)) {
      const debugging = yield* debugged(session, target, { words, profile, custom });
      const isAttached = flags.isSet('attach') ? flags.boolean('attach') : flags.boolean('stdin');
      if (isAttached && debugging.container) yield* attachToContainer(session, debugging.pod, debugging.container);
    }
  },
};

/** What is to be run, and how. */
interface Wanted {
  readonly words: readonly string[];
  readonly profile: Profile;
  readonly custom: Any;
}

function profileOf(session: Session): Profile {
  const name = session.flags.string('profile');
  const known = PROFILES.find((profile) => profile === name);
  if (!known) throw failure(`unknown profile: ${name}`);
  return known;
}

function check({ flags }: Session, names: readonly string[], words: readonly string[]): void {
  const [image, container, copy] = [flags.string('image'), flags.string('container'), flags.string('copy-to')];
  const images = flags.pairs('set-image');
  if (flags.isSet('attach') && flags.boolean('attach') && !image && !container) {
    throw failure('you must specify --container or create a new container using --image in order to attach.');
  }
  if (copy) checkCopy(image, container, images, words);
  else {
    if (flags.boolean('replace')) throw failure('--replace may only be used with --copy-to.');
    if (flags.boolean('same-node')) throw failure('--same-node may only be used with --copy-to.');
    if (Object.keys(images).length > 0) throw failure('--set-image may only be used with --copy-to.');
    if (!image) throw failure('you must specify --image when not using --copy-to.');
  }
  if (image && !isImageReference(image)) {
    throw failure(`invalid image name ${JSON.stringify(image)}: invalid reference format`);
  }
  if (names.length === 0 && flags.strings('filename').length === 0) {
    throw failure('NAME or filename is required for debug');
  }
  const policy = flags.string('image-pull-policy');
  if (!['Always', 'IfNotPresent', 'Never', ''].includes(policy)) throw failure(`invalid image pull policy: ${policy}`);
  for (const [name, wanted] of Object.entries(images)) {
    if (isImageReference(wanted)) continue;
    throw failure(
      `invalid image name ${JSON.stringify(wanted)} for container ${JSON.stringify(name)}: invalid reference format`,
    );
  }
  if (flags.string('target') && copy) {
    throw failure('--target is incompatible with --copy-to. Use --share-processes instead.');
  }
}

function checkCopy(image: string, container: string, images: object, words: readonly string[]): void {
  if (!image && Object.keys(images).length === 0 && words.length === 0) {
    throw failure('you must specify --image, --set-image or command arguments.');
  }
  if (words.length > 0 && !container && !image) {
    throw failure('you must specify an existing container or a new image when specifying args.');
  }
}

function* targets(session: Session, names: readonly string[]): Task<readonly Resource[]> {
  if (names.length > 0) {
    const found: Resource[] = [];
    for (const name of names) found.push(yield* resourceNamed(session, name));
    return found;
  }
  const { resources, failures } = yield* select(session, [], { isLatest: true });
  if (failures[0]) throw failures[0];
  return resources;
}

function* debugged(session: Session, target: Resource, wanted: Wanted): Task<Debugging> {
  if (target.mapping.kind === 'Node') return yield* debugNode(session, target, wanted);
  if (target.mapping.kind !== 'Pod') {
    const { group, version, kind } = target.mapping;
    throw failure(`${JSON.stringify(`${group}/${version}, Kind=${kind}`)} not supported by debug`);
  }
  const isCopy = session.flags.string('copy-to') !== '';
  return isCopy ? yield* debugCopy(session, target, wanted) : yield* debugEphemeral(session, target, wanted);
}

/** The container that was asked for, by its flags. */
function containerOf({ flags }: Session, name: string, words: readonly string[]): Any {
  const env = Object.entries(flags.pairs('env')).map(([key, value]) => ({ name: key, value }));
  return {
    name,
    image: flags.string('image'),
    ...(words.length > 0 ? { [flags.boolean('arguments-only') ? 'args' : 'command']: words } : {}),
    ...(env.length > 0 ? { env } : {}),
    resources: {},
    terminationMessagePolicy: 'File',
    ...(flags.string('image-pull-policy') ? { imagePullPolicy: flags.string('image-pull-policy') } : {}),
    ...(flags.boolean('stdin') ? { stdin: true } : {}),
    ...(flags.boolean('tty') ? { tty: true } : {}),
  };
}

function keptOf({ flags }: Session): Kept {
  return {
    labels: flags.boolean('keep-labels'),
    annotations: flags.boolean('keep-annotations'),
    liveness: flags.boolean('keep-liveness'),
    readiness: flags.boolean('keep-readiness'),
    startup: flags.boolean('keep-startup'),
    initContainers: flags.boolean('keep-init-containers'),
  };
}

function finished(session: Session, pod: KubeObject, name: string, style: DebugStyle, { profile, custom }: Wanted) {
  return withCustomProfile(profiled(pod, name, profile, style, keptOf(session)), name, custom);
}

function* suffix(): Task<string> {
  const numbers: number[] = [];
  for (let count = 0; count < 5; count++) numbers.push((yield { call: 'random' }) as number);
  return nameSuffix(() => numbers.shift() ?? 0);
}

function* containerName(session: Session): Task<string> {
  const { flags } = session;
  if (flags.string('container')) return flags.string('container');
  const name = `debugger-${yield* suffix()}`;
  if (!flags.boolean('quiet')) yield* session.print(`Defaulting debug container name to ${name}.\n`);
  return name;
}

const NON_ROOT =
  'Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".';

/** Says when a profile's capabilities go to a user who cannot use them. */
function* warnNonRoot(session: Session, pod: KubeObject, container: Any): Task {
  const own = container?.securityContext;
  if (!pod.spec.securityContext?.runAsUser || !own || own.runAsUser === 0) return;
  if (own.privileged || own.capabilities?.add?.length) yield* session.warn(NON_ROOT);
}

function* debugEphemeral(session: Session, target: Resource, wanted: Wanted): Task<Debugging> {
  const name = yield* containerName(session);
  const aim = session.flags.string('target');
  const container = { ...containerOf(session, name, wanted.words), ...(aim ? { targetContainerName: aim } : {}) };
  const { object: pod } = target;
  const present = (pod.spec.ephemeralContainers ?? []) as Any[];
  const grown = { ...pod, spec: { ...pod.spec, ephemeralContainers: [...present, container] } };
  const changed = finished(session, grown, name, 'ephemeral', wanted);
  yield* warnNonRoot(session, changed, changed.spec.ephemeralContainers.at(-1));
  const patch = threeWayPatch(pod, changed, pod, schemaFor('v1', 'Pod'));
  const object = yield* patchResource(session, target, 'strategic', patch, 'none', 'ephemeralcontainers');
  return { pod: { ...target, object }, container: name };
}

function* debugNode(session: Session, target: Resource, wanted: Wanted): Task<Debugging> {
  const { flags } = session;
  const container = flags.string('container') || 'debugger';
  const name = `node-debugger-${target.name}-${yield* suffix()}`;
  if (!flags.boolean('quiet')) {
    yield* session.print(`Creating debugging pod ${name} with container ${container} on node ${target.name}.\n`);
  }
  const pod = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: {
      containers: [containerOf(session, container, wanted.words)],
      restartPolicy: 'Never',
      nodeName: target.name,
      tolerations: [{ operator: 'Exists' }],
    },
    status: {},
  } as unknown as KubeObject;
  const mapping = (yield* session.mapper()).resource('pods');
  const object = finished(session, pod, container, 'node', wanted);
  const resource = { mapping, namespace: yield* session.namespace(), name, object };
  return { pod: yield* createResource(session, resource, 'none'), container };
}

function* debugCopy(session: Session, target: Resource, wanted: Wanted): Task<Debugging> {
  const { flags } = session;
  const { pod, container } = yield* copyOf(session, target.object, wanted);
  const own = (pod.spec.containers as Any[]).find(({ name }) => name === container);
  yield* warnNonRoot(session, pod, own);
  const resource: Resource = { ...target, name: pod.metadata.name, object: pod };
  const created = yield* createResource(session, resource, 'none');
  if (flags.boolean('replace')) yield* remove(session, target.mapping, target);
  return { pod: created, container };
}

function* remove(session: Session, mapping: Mapping, { namespace, name }: Resource): Task {
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 };
  yield* session.send('DELETE', apiPath(mapping, namespace, name), { body });
}

function* copyOf(session: Session, pod: KubeObject, wanted: Wanted): Task<{ pod: KubeObject; container: string }> {
  const { flags } = session;
  const copy = plainCopy(session, pod);
  const containers = copy.spec.containers as Any[];
  const named = flags.string('container');
  const isPresent = containers.some((container) => container.name === named);
  if (!isPresent && !flags.string('image')) {
    if (Object.keys(flags.pairs('set-image')).length > 0) return { pod: copy, container: '' };
    throw failure('you must specify image when creating new container');
  }
  const name = isPresent ? named : yield* containerName(session);
  const {
    name: _,
    image,
    resources,
    terminationMessagePolicy,
    command,
    args,
    ...more
  } = containerOf(session, name, wanted.words);
  const change = (container: Any) => {
    const { stdin: _stdin, tty: _tty, ...rest } = container;
    const { args: _args, ...withoutArgs } = rest;
    return {
      ...(command ? withoutArgs : rest),
      ...(command ? { command } : {}),
      ...(args ? { args } : {}),
      ...(image ? { image } : {}),
      ...more,
    };
  };
  const all = isPresent
    ? containers.map((container) => (container.name === name ? change(container) : container))
    : [...containers, change({ name, resources, terminationMessagePolicy })];
  const changed = { ...copy, spec: { ...copy.spec, containers: all } };
  return { pod: finished(session, changed, name, 'copy', wanted), container: name };
}

/** The pod under its new name, with other images where they were asked for. */
function plainCopy({ flags }: Session, pod: KubeObject): KubeObject {
  const { labels, annotations, namespace } = pod.metadata;
  const { ephemeralContainers: _, nodeName, ...spec } = pod.spec;
  const images = flags.pairs('set-image');
  const containers = (spec.containers as Any[]).map((container) => {
    const image = images[container.name] ?? images['*'];
    return image ? { ...container, image } : container;
  });
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: flags.string('copy-to'),
      ...(namespace ? { namespace } : {}),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    spec: {
      ...spec,
      containers,
      ...(flags.boolean('same-node') && nodeName ? { nodeName } : {}),
      ...(flags.isSet('share-processes') ? { shareProcessNamespace: flags.boolean('share-processes') } : {}),
    },
    status: {},
  } as unknown as KubeObject;
}
