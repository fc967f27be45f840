import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { apiPath, type Mapping } from '../discovery.ts';
import { dryRunOf } from '../dry-run.ts';
import { CommandFailure, failure, usageFailure } from '../failure.ts';
import { OVERRIDE_FLAGS, overridden } from '../generate/overrides.ts';
import { isImageReference, parseEnvironment, parseLabels } from '../generate/pod.ts';
import { DRY_RUN_FLAG, fieldManagerFlag, OUTPUT_FLAGS, RECORD_FLAG } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import type { Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { waitFor } from '../waiting.ts';
import { createResource, report, savedConfig } from '../writing.ts';
import { attachToPod } from './run-attach.ts';

export const run: Command = {
  name: 'run',
  short: 'Run a particular image on the cluster',
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  examples: [
    '# A pod',
    'kubectl run web --image=nginx:1.25',
    '',
    '# One command, then nothing is left',
    'kubectl run tmp --rm -i --image=busybox:1.36 --restart=Never -- echo hi',
  ],
  flags: [
    ...OUTPUT_FLAGS,
    RECORD_FLAG,
    DRY_RUN_FLAG,
    fieldManagerFlag('kubectl-run'),
    { name: 'image', type: 'string', required: true, usage: 'The image' },
    { name: 'annotations', type: 'array', usage: 'Annotations: key=value' },
    { name: 'attach', type: 'boolean', usage: 'Attach to the container when it runs' },
    { name: 'command', type: 'boolean', usage: 'What follows -- is the command, not its arguments' },
    { name: 'env', type: 'array', usage: 'Environment: NAME=value' },
    { name: 'expose', type: 'boolean', usage: 'Also create a ClusterIP service' },
    { name: 'force', type: 'boolean', usage: 'With --rm: delete at once' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'With --rm: seconds to end in' },
    { name: 'image-pull-policy', type: 'string', usage: 'Always, IfNotPresent or Never' },
    { name: 'labels', shorthand: 'l', type: 'string', usage: 'Labels: a=b,c=d' },
    ...OVERRIDE_FLAGS,
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s', usage: 'How long to wait for the pod to run' },
    { name: 'port', type: 'string', usage: 'Port of the container' },
    { name: 'privileged', type: 'boolean', usage: 'A privileged container' },
    { name: 'quiet', shorthand: 'q', type: 'boolean', usage: 'Only the output of the container' },
    { name: 'restart', type: 'string', default: 'Always', usage: 'Always, OnFailure or Never' },
    { name: 'rm', type: 'boolean', usage: 'Delete the pod afterwards' },
    { name: 'save-config', type: 'boolean', usage: 'Remember the configuration for kubectl apply' },
    { name: 'stdin', shorthand: 'i', type: 'boolean', usage: 'Keep standard input open' },
    { name: 'tty', shorthand: 't', type: 'boolean', usage: 'Give the container a terminal' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'With --rm: how long to wait' },
  ],
  run: runRun,
};

function* runRun(session: Session): Task {
  const { flags } = session;
  const [name, ...words] = session.args;
  check(session, name, words);
  const dryRun = dryRunOf(session);
  const isAttaching = flags.isSet('attach') ? flags.boolean('attach') : flags.boolean('stdin') || flags.boolean('tty');
  const printer = yield* outputPrinter(session);
  const mapper = yield* session.mapper();
  const namespace = yield* session.namespace();
  const metadataNamespace = session.isNamespaceForced ? { namespace } : {};
  const generated = podFor(session, name as string, words, metadataNamespace);
  if (flags.boolean('expose')) {
    const service = serviceFor(session, name as string, generated, metadataNamespace);
    const resource = { mapping: mapper.resource('services'), namespace, name: name as string, object: service };
    yield* report(session, yield* createResource(session, resource, dryRun), 'created', dryRun, printer, true);
    if (printer && dryRun !== 'none' && ['yaml', 'json'].includes(flags.string('output')))
      yield* session.print('---\n');
  }
  const mapping = mapper.resource('pods');
  const object = savedConfig(session, generated, dryRun);
  const created = yield* createResource(session, { mapping, namespace, name: name as string, object }, dryRun);
  if (!isAttaching || dryRun !== 'none')
    return yield* report(session, created, 'created', dryRun, printer, dryRun === 'client');
  yield* attachAndRemove(session, created);
}

function check(session: Session, name: string | undefined, words: readonly string[]): void {
  const { flags } = session;
  if (name === undefined || name === '' || session.dashAt === 0) {
    throw usageFailure(session.path, 'NAME is required for run');
  }
  const image = flags.string('image');
  if (image === '') throw failure('--image is required');
  if (!isImageReference(image)) throw failure(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
  if (words.length > 0 && session.dashAt > 1) throw failure(`unexpected arguments: [${words.join(' ')}]`);
  const isAttached = flags.boolean('stdin') || flags.boolean('tty') || flags.boolean('attach');
  if (flags.boolean('tty') && !flags.boolean('stdin'))
    throw failure('-i/--stdin is required for containers with -t/--tty=true');
  if (flags.boolean('expose') && !flags.string('port'))
    throw usageFailure(session.path, '--port must be set when exposing a service');
  if (!['Always', 'OnFailure', 'Never'].includes(flags.string('restart'))) {
    throw usageFailure(session.path, `invalid restart policy: ${flags.string('restart')}`);
  }
  const pullPolicy = flags.string('image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(pullPolicy))
    throw usageFailure(session.path, `invalid image pull policy: ${pullPolicy}`);
  if (flags.boolean('rm') && !isAttached)
    throw usageFailure(session.path, '--rm should only be used for attached containers');
  if (isAttached && dryRunOf(session) !== 'none')
    throw usageFailure(
      session.path,
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
}

/** The pod, fields in Go's order. */
function podFor(session: Session, name: string, words: readonly string[], namespace: object): KubeObject {
  const { flags } = session;
  const labels = flags.string('labels') ? parseLabels(flags.string('labels')) : { run: name };
  const annotations = parseLabels(flags.strings('annotations').join(','));
  const port = flags.string('port');
  if (port && !/^[+-]?\d+$/.test(port)) throw failure(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
  const environment = parseEnvironment(flags.strings('env'));
  const isInteractive = flags.boolean('stdin');
  const container = {
    name,
    image: flags.string('image'),
    ...(words.length > 0 ? { [flags.boolean('command') ? 'command' : 'args']: words } : {}),
    ...(port ? { ports: [{ containerPort: Number(port) }] } : {}),
    ...(environment.length > 0 ? { env: environment } : {}),
    resources: {},
    ...(flags.string('image-pull-policy') ? { imagePullPolicy: flags.string('image-pull-policy') } : {}),
    ...(flags.boolean('privileged') ? { securityContext: { privileged: true } } : {}),
    ...(isInteractive ? { stdin: true, stdinOnce: true } : {}),
    ...(flags.boolean('tty') ? { tty: true } : {}),
  };
  const pod = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, ...namespace, labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: { containers: [container], restartPolicy: flags.string('restart'), dnsPolicy: 'ClusterFirst' },
    status: {},
  } as unknown as KubeObject;
  return overriddenPod(session, pod);
}

const POD = { group: '', version: 'v1', kind: 'Pod' } as Mapping;

/** The pod as `--overrides` changes it. */
function overriddenPod(session: Session, pod: KubeObject): KubeObject {
  if (!session.flags.string('overrides')) return pod;
  const result = overridden(session, POD, pod);
  const containers: unknown = result.spec?.containers ?? null;
  if (containers !== null && !Array.isArray(containers)) {
    const given =
      typeof containers === 'object' ? 'object' : typeof containers === 'boolean' ? 'bool' : typeof containers;
    throw failure(
      `json: cannot unmarshal ${given} into Go struct field PodSpec.spec.containers of type []v1.Container`,
    );
  }
  const spec = {
    ...result.spec,
    containers: containers?.map((container: object) => ({ resources: {}, ...container })) ?? null,
  };
  return { ...result, spec };
}

function serviceFor(session: Session, name: string, pod: KubeObject, namespace: object): KubeObject {
  const port = Number(session.flags.string('port'));
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name, ...namespace },
    spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector: pod.metadata.labels },
    status: { loadBalancer: {} },
  } as unknown as KubeObject;
}

/** `-i`, `--attach`: shows the container's output until it ends, then, with `--rm`, deletes the pod. */
function* attachAndRemove(session: Session, created: Resource): Task {
  let code = 0;
  try {
    code = yield* attachToPod(session, created, session.flags.duration('pod-running-timeout'));
  } finally {
    if (session.flags.boolean('rm')) yield* remove(session, created);
  }
  if (code !== 0) throw new CommandFailure(`pod ${created.namespace}/${created.name} terminated (Error)`, code);
}

function* remove(session: Session, { mapping, namespace, name, object }: Resource): Task {
  const grace = session.flags.int('grace-period');
  const body = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: 'Background',
    ...(grace >= 0 || session.flags.boolean('force') ? { gracePeriodSeconds: Math.max(0, grace) } : {}),
  };
  yield* session.send('DELETE', apiPath(mapping, namespace, name), { body });
  if (!session.flags.boolean('quiet'))
    yield* session.print(`pod ${JSON.stringify(name)} deleted from ${namespace} namespace\n`);
  yield* waitFor(
    session,
    { mapping, namespace, name, object },
    session.flags.duration('timeout') || -1,
    () => false,
    true,
  );
}
