import { at, indentedJson } from '../codec/json.ts';
import { toYaml } from '../codec/yaml-write.ts';
import type { Command } from '../command.ts';
import { apiVersionOf, type Mapping, resourceName } from '../discovery.ts';
import { failure, usageFailure } from '../failure.ts';
import { toKyaml } from '../printers/kyaml.ts';
import { unknownFormat } from '../printers/output.ts';
import { TABLE_TABS, TabWriter } from '../printers/tab-writer.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

export const apiResources: Command = {
  name: 'api-resources',
  short: 'Print the supported API resources on the server',
  flags: [
    { name: 'api-group', type: 'string', usage: 'Only this group' },
    { name: 'cached', type: 'boolean', usage: 'Use what is known already' },
    { name: 'categories', type: 'slice', usage: 'Only these categories' },
    {
      name: 'namespaced',
      type: 'boolean',
      default: 'true',
      usage: 'Only ones with, or with =false without, a namespace',
    },
    { name: 'no-headers', type: 'boolean', usage: 'No line of headers' },
    { name: 'output', shorthand: 'o', type: 'string', usage: 'json, kyaml, name, wide or yaml' },
    { name: 'sort-by', type: 'string', usage: 'name or kind' },
    { name: 'verbs', type: 'slice', usage: 'Only ones with these verbs' },
  ],
  run: runApiResources,
};

function* runApiResources(session: Session): Task {
  const { flags, args } = session;
  if (args.length > 0) throw usageFailure(session.path, `unexpected arguments: [${args.join(' ')}]`);
  const format = flags.string('output');
  if (!['', 'json', 'kyaml', 'name', 'wide', 'yaml'].includes(format))
    throw unknownFormat(format, ['json', 'kyaml', 'name', 'wide', 'yaml']);
  const order = flags.string('sort-by');
  if (!['', 'name', 'kind'].includes(order)) throw failure('--sort-by accepts only name or kind');
  const { mappings, stale } = yield* session.mapper();
  const found = preferred(mappings).filter((mapping) => isWanted(session, mapping));
  found.sort(
    order
      ? (one, other) =>
          compare(order === 'name' ? one.resource : one.kind, order === 'name' ? other.resource : other.kind)
      : byGroup,
  );
  yield* session.print(resourcesText(found, format, flags.boolean('no-headers')));
  if (stale.length === 0) return;
  const failures = [...stale].sort().map((version) => `${version}: stale GroupVersion discovery: ${version}`);
  throw failure(`unable to retrieve the complete list of server APIs: ${failures.join(', ')}`);
}

function resourcesText(found: readonly Mapping[], format: string, noHeaders: boolean): string {
  if (format === 'name') return found.map((mapping) => `${resourceName(mapping)}\n`).join('');
  if (format === '' || format === 'wide') return table(found, format === 'wide', noHeaders);
  const list = { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: '', resources: found.map(resourceObject) };
  return format === 'json' ? indentedJson(list) : format === 'yaml' ? toYaml(list) : toKyaml(list);
}

/** One version of each resource: the first one that its group serves. */
function preferred(mappings: readonly Mapping[]): Mapping[] {
  const seen = new Set<string>();
  return mappings.filter((mapping) => {
    const name = resourceName(mapping);
    if (seen.has(name) || mapping.verbs.length === 0) return false;
    seen.add(name);
    return true;
  });
}

function isWanted(session: Session, mapping: Mapping): boolean {
  const { flags } = session;
  if (flags.isSet('api-group') && mapping.group !== flags.string('api-group')) return false;
  if (flags.isSet('namespaced') && mapping.isNamespaced !== flags.boolean('namespaced')) return false;
  return (
    flags.strings('verbs').every((verb) => mapping.verbs.includes(verb)) &&
    flags.strings('categories').every((category) => mapping.categories.includes(category))
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function byGroup(one: Mapping, other: Mapping): number {
  return compare(one.group, other.group) || compare(one.resource, other.resource);
}

function table(found: readonly Mapping[], isWide: boolean, noHeaders: boolean): string {
  const lines = found.map((mapping) =>
    [
      mapping.resource,
      mapping.shortNames.join(','),
      apiVersionOf(mapping),
      String(mapping.isNamespaced),
      mapping.kind,
      ...(isWide ? [mapping.verbs.join(','), mapping.categories.join(',')] : []),
    ].join('\t'),
  );
  const header = [
    'NAME',
    'SHORTNAMES',
    'APIVERSION',
    'NAMESPACED',
    'KIND',
    ...(isWide ? ['VERBS', 'CATEGORIES'] : []),
  ].join('\t');
  return new TabWriter(TABLE_TABS).align(
    [...(noHeaders ? [] : [header]), ...lines].map((line) => `${line}\n`).join(''),
  );
}

function resourceObject(mapping: Mapping): object {
  return {
    name: mapping.resource,
    singularName: mapping.singular,
    namespaced: mapping.isNamespaced,
    ...(mapping.group ? { group: mapping.group } : {}),
    version: mapping.version,
    kind: mapping.kind,
    verbs: mapping.verbs,
    ...(mapping.shortNames.length > 0 ? { shortNames: mapping.shortNames } : {}),
    ...(mapping.categories.length > 0 ? { categories: mapping.categories } : {}),
  };
}

export const apiVersions: Command = {
  name: 'api-versions',
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  *run(session: Session): Task {
    if (session.args.length > 0) throw usageFailure(session.path, `unexpected arguments: [${session.args.join(' ')}]`);
    const { mappings, stale } = yield* session.mapper();
    const versions = [...new Set([...mappings.map(apiVersionOf), ...stale])].sort();
    yield* session.print(versions.map((version) => `${version}\n`).join(''));
  },
};

const CLIENT = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.2',
  gitCommit: 'orrery',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.25',
  compiler: 'gc',
  platform: 'linux/amd64',
};
const KUSTOMIZE = 'v5.8.1';

export const version: Command = {
  name: 'version',
  short: 'Print the client and server version information',
  flags: [
    { name: 'client', type: 'boolean', usage: 'Only the version of kubectl' },
    { name: 'output', shorthand: 'o', type: 'string', usage: 'json or yaml' },
  ],
  *run(session: Session): Task {
    const format = session.flags.string('output');
    if (session.args.length > 0) throw failure(`extra arguments: [${session.args.join(' ')}]`);
    if (!['', 'json', 'yaml'].includes(format)) throw failure("--output must be 'yaml' or 'json'");
    const server = session.flags.boolean('client') ? undefined : yield* session.get('/version');
    if (format === '') {
      yield* session.print(`Client Version: ${CLIENT.gitVersion}\nKustomize Version: ${KUSTOMIZE}\n`);
      if (server) yield* session.print(`Server Version: ${at(server, 'gitVersion')}\n`);
      return;
    }
    const info = { clientVersion: CLIENT, kustomizeVersion: KUSTOMIZE, ...(server ? { serverVersion: server } : {}) };
    yield* session.print(format === 'json' ? indentedJson(info, 2) : toYaml(info));
  },
};
