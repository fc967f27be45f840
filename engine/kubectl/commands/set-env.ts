import { base64Decode } from '../../base64.ts';
import type { KubeObject } from '../../object.ts';
import { at } from '../codec/json.ts';
import type { Command } from '../command.ts';
import { apiPath, pathSegment } from '../discovery.ts';
import { failure } from '../failure.ts';
import { type Container, type EnvVar, fitsPattern, podSpecPath } from '../pod-templates.ts';
import type { Resource } from '../resources/object.ts';
import { selectAll } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { SET_FLAGS, setFields, splitWords } from './set.ts';
import { mapContainers, withPodSpec } from './set-image.ts';

export const setEnv: Command = {
  name: 'env',
  short: 'Update environment variables on a pod template',
  usage: 'RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  examples: [
    '# Set one, remove one',
    'kubectl set env deployment/web MODE=prod LEVEL-',
    '',
    '# Show them',
    'kubectl set env deployment/web --list',
  ],
  flags: [
    ...SET_FLAGS,
    {
      name: 'containers',
      shorthand: 'c',
      type: 'string',
      default: '*',
      usage: 'Names of containers; * stands for any text',
    },
    { name: 'env', shorthand: 'e', type: 'array', usage: 'NAME=value' },
    { name: 'from', type: 'string', usage: 'configmap/NAME or secret/NAME whose keys become variables' },
    { name: 'keys', type: 'slice', usage: 'Only these keys of --from' },
    { name: 'prefix', type: 'string', usage: 'Before the names of --from' },
    { name: 'list', type: 'boolean', usage: 'Show the variables' },
    { name: 'resolve', type: 'boolean', usage: 'With --list: look references up' },
    { name: 'overwrite', type: 'boolean', default: 'true', usage: 'Change values that are there' },
  ],
  run: runEnv,
};

function* runEnv(session: Session): Task {
  const { flags } = session;
  const [names, words] = splitWords(session.args, (word) => word.includes('=') || /^[^/]+-$/.test(word));
  if (flags.boolean('list') && flags.string('output')) {
    throw failure('--list and --output may not be specified together');
  }
  if (names.length === 0 && flags.strings('filename').length === 0)
    throw failure('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  const { added, removed } = assignments([...words, ...flags.strings('env')]);
  const copied = flags.string('from') ? yield* fromSource(session) : [];
  if (flags.boolean('list')) return yield* list(session, names, [...added, ...copied], removed);
  const pattern = flags.string('containers');
  yield* setFields(session, {
    done: 'env updated',
    refused: 'failed to patch env update to pod template: ',
    names,
    *change(resource) {
      if (!(yield* hasContainers(session, resource))) return resource.object;
      return changed(session, resource, pattern, [...added, ...copied], removed);
    },
  });
}

/** Does an object have containers that `-c` means? Warns of one that has none. */
function* hasContainers(session: Session, resource: Resource): Task<boolean> {
  const pattern = session.flags.string('containers');
  const spec = at(resource.object, ...podSpecPath(resource));
  const containers = [...spec.containers, ...(spec.initContainers ?? [])] as Container[];
  if (containers.some(({ name }) => fitsPattern(name, pattern))) return true;
  yield* session.warn(
    `${resource.mapping.kind}/${resource.name} does not have any containers matching ${JSON.stringify(pattern)}`,
  );
  return false;
}

function changed(
  session: Session,
  resource: Resource,
  pattern: string,
  added: readonly EnvVar[],
  removed: readonly string[],
): KubeObject {
  if (!session.flags.boolean('overwrite')) checkValues(resource, pattern, added);
  return withPodSpec(resource, (spec) =>
    mapContainers(spec, (container) =>
      fitsPattern(container.name, pattern) ? withEnv(container, added, removed) : container,
    ),
  );
}

function checkValues(resource: Resource, pattern: string, added: readonly EnvVar[]): void {
  for (const container of at(resource.object, ...podSpecPath(resource), 'containers') as Container[]) {
    if (!fitsPattern(container.name, pattern)) continue;
    for (const { name } of added) {
      const present = container.env?.find((variable) => variable.name === name);
      if (present) {
        throw failure(
          `${resource.mapping.resource}/${resource.name} '${name}' already has a value (${present.value ?? ''}), and --overwrite is false`,
        );
      }
    }
  }
}

function withEnv(container: Container, added: readonly EnvVar[], removed: readonly string[]): Container {
  const env = (container.env ?? [])
    .filter((variable) => !removed.includes(variable.name))
    .map((variable) => added.find((one) => one.name === variable.name) ?? variable);
  for (const variable of added) if (!env.includes(variable)) env.push(variable);
  const { env: _, ...rest } = container;
  return env.length > 0 ? ({ ...rest, env } as Container) : (rest as Container);
}

function assignments(words: readonly string[]): { added: EnvVar[]; removed: string[] } {
  const added: EnvVar[] = [];
  const removed: string[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) added.push({ name: word.slice(0, equals), value: word.slice(equals + 1) });
    else if (word.endsWith('-')) removed.push(word.slice(0, -1));
    else throw failure(`environment variables must be of the form key=value: ${word}`);
  }
  if (added.some(({ name }) => removed.includes(name))) {
    throw failure('can not both modify and remove the same environment variable in the same command');
  }
  return { added, removed };
}

/** Variables for the keys of a ConfigMap or Secret. */
function* fromSource(session: Session): Task<EnvVar[]> {
  const { flags } = session;
  const [type = '', name = ''] = flags.string('from').split('/');
  const mapping = (yield* session.mapper()).resource(type);
  const source = (yield* session.get(apiPath(mapping, yield* session.namespace(), name))) as KubeObject;
  const field = { ConfigMap: 'configMapKeyRef', Secret: 'secretKeyRef' }[mapping.kind];
  if (!field) throw failure(`unsupported resource specified in --from`);
  const wanted = flags.strings('keys');
  const variables: EnvVar[] = [];
  for (const key of Object.keys(source.data ?? {}).sort()) {
    if (wanted.length > 0 && !wanted.includes(key)) continue;
    const plain = key.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
    if (plain !== key) yield* session.warn(`key ${key} transferred to ${plain}`);
    variables.push({ name: `${flags.string('prefix')}${plain}`, valueFrom: { [field]: { key, name } } });
  }
  return variables;
}

/** The variables as they would be with what is given beside `--list`; nothing is changed. */
function* list(session: Session, names: readonly string[], added: readonly EnvVar[], removed: readonly string[]): Task {
  const isLocal = session.flags.boolean('local');
  for (const resource of yield* selectAll(session, names, { isLatest: !isLocal, isTyped: true })) {
    if (!(yield* hasContainers(session, resource))) continue;
    const spec = at(resource.object, ...podSpecPath(resource));
    for (const container of [...(spec.initContainers ?? []), ...spec.containers] as Container[]) {
      if (!fitsPattern(container.name, session.flags.string('containers'))) continue;
      yield* session.print(`# ${resource.mapping.kind} ${resource.name}, container ${container.name}\n`);
      for (const variable of withEnv(container, added, removed).env ?? [])
        yield* session.print(`${yield* envLine(session, resource, variable)}\n`);
    }
  }
}

function* envLine(session: Session, resource: Resource, { name, value, valueFrom }: EnvVar): Task<string> {
  if (!valueFrom) return `${name}=${value ?? ''}`;
  const reference = valueFrom.configMapKeyRef ?? valueFrom.secretKeyRef;
  if (!reference)
    return `# ${name} from ${valueFrom.fieldRef ? `field path ${valueFrom.fieldRef.fieldPath}` : 'resource fields'}`;
  const isSecret = valueFrom.secretKeyRef !== undefined;
  if (!session.flags.boolean('resolve')) {
    return `# ${name} from ${isSecret ? 'secret' : 'configmap'} ${reference.name}, key ${reference.key}`;
  }
  const path = `/api/v1/namespaces/${resource.namespace}/${isSecret ? 'secrets' : 'configmaps'}/${pathSegment('resource name', reference.name)}`;
  const text = at(yield* session.get(path), 'data', reference.key);
  return `${name}=${isSecret ? (base64Decode(text ?? '') ?? '') : (text ?? '')}`;
}
