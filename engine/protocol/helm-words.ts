import { SHARED_FLAGS } from '../helm/command.ts';
import { COMMANDS } from '../helm/commands/index.ts';
import type { Moment } from '../sim/moment.ts';

/** Commands whose argument is a release. */
const OF_RELEASES = /^(?:get \w+|history|rollback|status|test|uninstall|upgrade)$/;

/** Helm keeps each revision in a Secret of this name. */
const RELEASE = /^sh\.helm\.release\.v1\.(.+)\.v\d+$/;

/** What may follow `helm` and some words; undefined where files may. */
export function helmWords(
  moment: Moment,
  words: readonly string[],
  word: string,
  currentNamespace: string,
): readonly string[] | undefined {
  const said = words.filter((each) => !each.startsWith('-'));
  const last = words.at(-1);
  if (last === '-n' || last === '--namespace') return namesOf(moment, 'namespaces', '');
  if (last === '-f' || last === '--values') return undefined;
  const command = COMMANDS.find(({ name, aliases = [] }) =>
    [name, ...aliases].some((each) => each === said.slice(0, each.split(' ').length).join(' ')),
  );
  if (command === undefined) {
    const names = COMMANDS.filter(({ short }) => !short.startsWith('not part')).map(({ name }) => name.split(' '));
    return names
      .filter((parts) => said.every((each, at) => parts[at] === each))
      .map((parts) => parts[said.length] ?? '');
  }
  if (word.startsWith('-')) return [...SHARED_FLAGS, ...(command.flags ?? [])].map(({ name }) => `--${name}`);
  if (!OF_RELEASES.test(command.name) || said.length > command.name.split(' ').length) return undefined;
  const at = words.findIndex((each) => each === '-n' || each === '--namespace');
  const namespace = (at < 0 ? undefined : words[at + 1]) ?? currentNamespace;
  return namesOf(moment, 'secrets', namespace).flatMap((name) => RELEASE.exec(name)?.[1] ?? []);
}

function namesOf(moment: Moment, resource: string, namespace: string): readonly string[] {
  return moment
    .reader(resource)
    .list(namespace)
    .map((object) => object.metadata.name);
}
