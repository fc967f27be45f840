import type { Command } from '../command.ts';
import { apiVersionOf, type Mapper, type Mapping } from '../discovery.ts';
import { Explanation, noDocument, type OpenApiDocument } from '../explanation.ts';
import { CommandFailure, failure } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

export const explain: Command = {
  name: 'explain',
  short: 'Get documentation for a resource',
  long: 'Shows the fields of a type, or of one of its fields, and what they hold.',
  usage: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext]',
  examples: ['kubectl explain pods', 'kubectl explain pods.spec.containers'],
  flags: [
    { name: 'api-version', type: 'string', usage: 'The version to explain' },
    { name: 'output', shorthand: 'o', type: 'string', default: 'plaintext', usage: 'plaintext or plaintext-openapiv2' },
    { name: 'recursive', type: 'boolean', usage: 'Fields of fields, too' },
  ],
  run: runExplain,
};

function* runExplain(session: Session): Task {
  const { flags, args } = session;
  if (args.length === 0) {
    throw failure(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  if (args.length > 1) throw failure('We accept only this format: explain RESOURCE');
  const output = flags.string('output');
  const isOld = output === 'plaintext-openapiv2';
  if (output !== 'plaintext' && !isOld) throw failure(`unrecognized format: ${output}`);
  const { mapping, path } = resolve(yield* session.mapper(), args[0] as string);
  const apiVersion = flags.string('api-version') || apiVersionOf(mapping);
  const explanation = new Explanation(yield* documentOf(session, apiVersion, mapping.resource));
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const schema = explanation.kind({ group: group as string, version: version as string, kind: mapping.kind });
  if (schema === undefined) throw noDocument(apiVersion, mapping.resource);
  const isRecursive = flags.boolean('recursive');
  if (isOld) {
    const text = explanation.oldText(schema, path, isRecursive);
    return yield* session.print(`KIND:     ${mapping.kind}\nVERSION:  ${apiVersion}\n\n${text}`);
  }
  yield* session.print(heading(mapping.kind, apiVersion));
  yield* session.print(`${explanation.text(schema, path, isRecursive)}\n`);
}

/** The OpenAPI document of a group version, by the server's index of them. */
function* documentOf(session: Session, apiVersion: string, resource: string): Task<OpenApiDocument> {
  const index = (yield* session.get('/openapi/v3')) as {
    readonly paths?: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
  };
  const entry = index.paths?.[apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`];
  if (entry === undefined) throw noDocument(apiVersion, resource);
  const [path = '', query = ''] = entry.serverRelativeURL.split('?');
  const [name = '', value = ''] = query.split('=');
  return (yield* session.get(path, {
    ...(name === '' ? {} : { query: { [name]: value } }),
    headers: { 'accept-language': languageOf(session.invocation.environment) },
  })) as OpenApiDocument;
}

/** As an `Accept-Language` has it: `zh-CN` for `LANG=zh_CN.UTF-8`. */
function languageOf({ LC_ALL, LC_MESSAGES, LANG }: Readonly<Record<string, string>>): string {
  const [name = ''] = (LC_ALL || LC_MESSAGES || LANG || '').split('.');
  return name === '' || name === 'C' || name === 'POSIX' ? 'en' : name.replace('_', '-');
}

/**
 * Splits `deployments.apps.spec.replicas` into the resource and the path of a field. As in kubectl the first word alone
 * decides which resource it is: `events.events.k8s.io` leads nowhere.
 */
function resolve(mapper: Mapper, text: string): { mapping: Mapping; path: string[] } {
  const [name = '', ...rest] = text.split('.');
  const mapping = mapper.find(name);
  if (!mapping) throw new CommandFailure(`the server doesn't have a resource type ${JSON.stringify(name)}`);
  const group = mapping.group === '' ? [] : mapping.group.split('.');
  const isNamed = group.every((word, index) => rest[index] === word);
  return { mapping, path: isNamed ? rest.slice(group.length) : rest };
}

function heading(kind: string, apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `GROUP:      ${apiVersion.slice(0, slash)}\n`;
  return `${group}KIND:       ${kind}\nVERSION:    ${slash < 0 ? apiVersion : apiVersion.slice(slash + 1)}\n\n`;
}
