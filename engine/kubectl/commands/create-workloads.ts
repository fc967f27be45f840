import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { apiPath } from '../discovery.ts';
import { failure } from '../failure.ts';
import { deployment } from '../generate/deployment.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CREATE_FLAGS, commandArguments, createGenerated, metadata, nameArgument } from './create.ts';

export const createDeployment: Command = {
  name: 'deployment',
  aliases: ['deploy'],
  short: 'Create a deployment with the specified name',
  usage: 'NAME --image=image -- [COMMAND] [args...]',
  examples: ['kubectl create deployment web --image=nginx:1.25 --replicas=3 --port=80'],
  flags: [
    ...CREATE_FLAGS,
    { name: 'image', type: 'slice', required: true, usage: 'Image of a container; may be repeated' },
    { name: 'replicas', shorthand: 'r', type: 'int', default: '1', usage: 'Number of replicas' },
    { name: 'port', type: 'int', default: '-1', usage: 'Port of the container' },
  ],
  *run(session: Session): Task {
    const { flags } = session;
    const name = nameArgument(session);
    const images = flags.strings('image');
    const command = commandArguments(session);
    if (images.length > 1 && command.length > 0) throw failure('cannot specify multiple --image options and command');
    const port = flags.int('port');
    const namespace = session.isNamespaceForced ? yield* session.namespace() : undefined;
    yield* createGenerated(
      session,
      deployment({
        name,
        images,
        command,
        replicas: flags.int('replicas'),
        ...(namespace ? { namespace } : {}),
        ...(port >= 0 ? { port } : {}),
      }),
      'deployment',
    );
  },
};

function container(name: string, image: string, command: readonly string[]): object {
  return { name, image, ...(command.length > 0 ? { command } : {}), resources: {} };
}

export const createJob: Command = {
  name: 'job',
  short: 'Create a job with the specified name',
  usage: 'NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  flags: [
    ...CREATE_FLAGS,
    { name: 'image', type: 'string', usage: 'Image of the container' },
    { name: 'from', type: 'string', usage: 'CronJob whose template is used' },
  ],
  *run(session: Session): Task {
    const name = nameArgument(session);
    const image = session.flags.string('image');
    const from = session.flags.string('from');
    if ((image === '') === (from === '')) throw failure('either --image or --from must be specified');
    if (from) return yield* createFromCronJob(session, name, from);
    yield* createGenerated(
      session,
      {
        kind: 'Job',
        apiVersion: 'batch/v1',
        metadata: yield* metadata(session, name),
        spec: {
          template: {
            metadata: {},
            spec: { containers: [container(name, image, commandArguments(session))], restartPolicy: 'Never' },
          },
        },
        status: {},
      },
      'job',
    );
  },
};

function* createFromCronJob(session: Session, name: string, from: string): Task {
  const [type = '', cronJob = ''] = from.split('/');
  const mapping = (yield* session.mapper()).resource(type);
  const source = (yield* session.get(apiPath(mapping, yield* session.namespace(), cronJob))) as KubeObject;
  if (source.kind !== 'CronJob') throw failure(`unknown object type *v1.${source.kind}`);
  const owner = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    name: source.metadata.name,
    uid: source.metadata.uid,
    controller: true,
  };
  const template = source.spec.jobTemplate;
  yield* createGenerated(
    session,
    {
      kind: 'Job',
      apiVersion: 'batch/v1',
      metadata: yield* metadata(session, name, {
        annotations: { ...template.metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
        ...(template.metadata?.labels ? { labels: template.metadata.labels } : {}),
        ownerReferences: [owner],
      }),
      spec: template.spec,
      status: {},
    },
    'job',
  );
}

export const createCronJob: Command = {
  name: 'cronjob',
  aliases: ['cj'],
  short: 'Create a cron job with the specified name',
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
  flags: [
    ...CREATE_FLAGS,
    { name: 'image', type: 'string', required: true, usage: 'Image of the container' },
    { name: 'schedule', type: 'string', required: true, usage: 'When to run, as cron writes it' },
    { name: 'restart', type: 'string', usage: 'restartPolicy of the pods' },
  ],
  *run(session: Session): Task {
    const { flags } = session;
    const name = nameArgument(session);
    const pod = {
      containers: [container(name, flags.string('image'), commandArguments(session))],
      restartPolicy: flags.string('restart') || 'OnFailure',
    };
    yield* createGenerated(
      session,
      {
        kind: 'CronJob',
        apiVersion: 'batch/v1',
        metadata: yield* metadata(session, name),
        spec: {
          schedule: flags.string('schedule'),
          jobTemplate: { metadata: { name }, spec: { template: { metadata: {}, spec: pod } } },
        },
        status: {},
      },
      'cronjob',
    );
  },
};
