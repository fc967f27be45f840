import type { KubeObject } from '../../object.ts';
import { at } from '../codec/json.ts';
import type { Command } from '../command.ts';
import { failure } from '../failure.ts';
import { selectorSpec } from '../generate/label-selector.ts';
import { parsePairs } from '../generate/pod.ts';
import { RECORD_FLAG } from '../global-flags.ts';
import { type Container, fitsPattern, podSpecPath } from '../pod-templates.ts';
import type { Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { SET_FLAGS, setFields, splitWords } from './set.ts';

/** An object whose pod spec is changed. */
export function withPodSpec(
  resource: Resource,
  change: (spec: Record<string, unknown>) => Record<string, unknown>,
): KubeObject {
  return replaceAt(resource.object, podSpecPath(resource), change) as KubeObject;
}

function replaceAt(
  value: unknown,
  path: readonly string[],
  change: (spec: Record<string, unknown>) => unknown,
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value as Record<string, unknown>);
  return { ...(value as object), [key]: replaceAt(at(value, key), rest, change) };
}

/** Changes the containers (and init containers) of a pod spec that a test lets through. */
export function mapContainers(
  spec: Record<string, unknown>,
  change: (container: Container) => Container,
): Record<string, unknown> {
  const mapped = (list: unknown) => (Array.isArray(list) ? list.map(change) : list);
  return {
    ...spec,
    ...(spec.initContainers ? { initContainers: mapped(spec.initContainers) } : {}),
    containers: mapped(spec.containers),
  };
}

export const setImage: Command = {
  name: 'image',
  short: 'Update the image of a pod template',
  usage: '(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  examples: ['kubectl set image deployment/web nginx=nginx:1.26'],
  flags: [...SET_FLAGS, RECORD_FLAG],
  *run(session: Session): Task {
    const [names, words] = splitWords(session.args, (word) => word.includes('='));
    if (words.length === 0 && !(names.length > 1 && names[0]?.includes('/')))
      throw failure('at least one image update is required');
    const images = words.map((word): [string, string] => [
      word.slice(0, word.indexOf('=')),
      word.slice(word.indexOf('=') + 1),
    ]);
    yield* setFields(session, {
      done: 'image updated',
      refused: 'failed to patch image update to pod template: ',
      names,
      change(resource, problems) {
        return withPodSpec(resource, (spec) => withImages(spec, images, problems));
      },
    });
  },
};

function withImages(
  spec: Record<string, unknown>,
  images: readonly [string, string][],
  problems: Error[],
): Record<string, unknown> {
  const containers = [...((spec.containers ?? []) as Container[]), ...((spec.initContainers ?? []) as Container[])];
  for (const [name] of images) {
    if (name !== '*' && !containers.some((container) => container.name === name)) {
      problems.push(failure(`unable to find container named ${JSON.stringify(name)}`));
    }
  }
  return mapContainers(spec, (container) => {
    const image = images.filter(([name]) => name === '*' || name === container.name).at(-1)?.[1];
    return image === undefined ? container : { ...container, image };
  });
}

export const setResources: Command = {
  name: 'resources',
  short: 'Update resource requests/limits on objects with pod templates',
  usage: '(-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS]',
  examples: ['kubectl set resources deployment web -c=nginx --limits=cpu=200m,memory=512Mi'],
  flags: [
    ...SET_FLAGS,
    RECORD_FLAG,
    {
      name: 'containers',
      shorthand: 'c',
      type: 'string',
      default: '*',
      usage: 'Names of containers; * stands for any text',
    },
    { name: 'limits', type: 'string', usage: 'cpu=100m,memory=64Mi' },
    { name: 'requests', type: 'string', usage: 'cpu=100m,memory=64Mi' },
  ],
  *run(session: Session): Task {
    const { flags } = session;
    if (!flags.string('limits') && !flags.string('requests')) {
      throw failure('you must specify an update to requests or limits (in the form of --requests/--limits)');
    }
    const limits = quantities(flags.string('limits'));
    const requests = quantities(flags.string('requests'));
    const pattern = flags.string('containers');
    yield* setFields(session, {
      done: 'resource requirements updated',
      refused: 'failed to patch resources update to pod template ',
      names: session.args,
      change(resource) {
        const { containers = [] } = at(resource.object, ...podSpecPath(resource)) as { containers?: Container[] };
        if (!containers.some(({ name }) => fitsPattern(name, pattern))) {
          throw failure(`unable to find container named ${pattern}`);
        }
        return withPodSpec(resource, (spec) =>
          mapContainers(spec, (container) =>
            fitsPattern(container.name, pattern) ? withResources(container, limits, requests) : container,
          ),
        );
      },
    });
  },
};

function quantities(text: string): Record<string, string> {
  const pairs = parsePairs(text);
  for (const value of Object.values(pairs)) {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+|[KMGTPE]i|[numkMGTPE])?$/.test(value)) {
      throw failure("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }
  }
  return pairs;
}

function withResources(
  container: Container,
  limits: Record<string, string>,
  requests: Record<string, string>,
): Container {
  const { resources } = container;
  const merged = {
    ...resources,
    ...(Object.keys(limits).length > 0 ? { limits: { ...resources?.limits, ...limits } } : {}),
    ...(Object.keys(requests).length > 0 ? { requests: { ...resources?.requests, ...requests } } : {}),
  };
  return { ...container, resources: merged };
}

export const setServiceAccount: Command = {
  name: 'serviceaccount',
  aliases: ['sa'],
  short: 'Update the service account of a resource',
  usage: '(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  flags: [...SET_FLAGS, RECORD_FLAG],
  *run(session: Session): Task {
    const name = session.args.at(-1);
    if (name === undefined) throw failure('serviceaccount is required');
    yield* setFields(session, {
      done: 'serviceaccount updated',
      refused: 'failed to patch ServiceAccountName ',
      isAlwaysReported: true,
      names: session.args.slice(0, -1),
      change(resource) {
        return withPodSpec(resource, (spec) => ({ ...spec, serviceAccountName: name }));
      },
    });
  },
};

export const setSelector: Command = {
  name: 'selector',
  short: 'Set the selector on a resource',
  usage: '(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  flags: [
    ...SET_FLAGS,
    RECORD_FLAG,
    { name: 'resource-version', type: 'string', usage: 'Only if it has this resource version' },
  ],
  *run(session: Session): Task {
    if (session.args.length === 0) throw failure('one selector is required');
    const { matchLabels: selector = {}, matchExpressions } = selectorSpec(session.args.at(-1) ?? '');
    yield* setFields(session, {
      done: 'selector updated',
      version: session.flags.string('resource-version'),
      refused: '',
      names: session.args.slice(0, -1),
      continuesPastMissing: true,
      isAlwaysReported: true,
      change(resource) {
        if (resource.mapping.kind !== 'Service') throw failure('setting a selector is only supported for Services');
        if (matchExpressions) {
          const told = matchExpressions.map(
            ({ key, operator, values = [] }) => `{${key} ${operator} [${values.join(' ')}]}`,
          );
          throw failure(`match expression [${told.join(' ')}] not supported on this object`);
        }
        return { ...resource.object, spec: { ...resource.object.spec, selector } };
      },
    });
  },
};
