import type { KubeObject } from '../../object.ts';
import { at } from '../codec/json.ts';
import type { Command } from '../command.ts';
import { complete } from '../complete.ts';
import type { Question } from '../complete-arguments.ts';
import { apiPath, apiVersionOf, resourceName } from '../discovery.ts';
import { CommandFailure, Refused, ServerFailure } from '../failure.ts';
import { listObjects } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { containersOf } from './pod-choice.ts';

const DIRECTIVES: Readonly<Record<number, string>> = {
  0: 'ShellCompDirectiveDefault',
  2: 'ShellCompDirectiveNoSpace',
  4: 'ShellCompDirectiveNoFileComp',
  6: 'ShellCompDirectiveNoSpace, ShellCompDirectiveNoFileComp',
};

function completeCommand(name: string, isDescribed: boolean): Command {
  return {
    name,
    short: 'Completes a command line',
    hidden: true,
    isRaw: true,
    *run(session: Session): Task {
      if (session.args.length === 0) throw new CommandFailure('error: requires at least 1 arg(s), only received 0');
      const asking = complete(session.root, session.args);
      let next = asking.next([]);
      while (!next.done) next = asking.next(yield* answered(session, next.value));
      const { candidates, directive } = next.value;
      const lines = candidates.map(({ text, description }) =>
        isDescribed && description ? `${text}\t${description.split('\n')[0]}` : text,
      );
      yield* session.print([...lines, `:${directive}`].map((line) => `${line}\n`).join(''));
      yield* session.complain(`Completion ended with directive: ${DIRECTIVES[directive] ?? directive}`);
    },
  };
}

export const completeDescribed = completeCommand('__complete', true);
export const completePlain = completeCommand('__completeNoDesc', false);

/** An answer of the server; nothing where it refuses or cannot be reached. */
function* answered(session: Session, question: Question): Task<readonly string[]> {
  try {
    return yield* answer(session, question);
  } catch (error) {
    if (error instanceof ServerFailure || error instanceof CommandFailure || error instanceof Refused) return [];
    throw error;
  }
}

function* answer(session: Session, question: Question): Task<readonly string[]> {
  switch (question.ask) {
    case 'resources': {
      const { mappings } = yield* session.mapper();
      return mappings.filter(({ verbs }) => verbs.includes('get')).map(resourceName);
    }
    case 'kind': {
      const mapping = (yield* session.mapper()).find(question.resource);
      return mapping ? [apiVersionOf(mapping), mapping.kind] : [];
    }
    case 'names': {
      const mapping = (yield* session.mapper()).resource(question.resource);
      const namespace = mapping.isNamespaced ? question.namespace || (yield* session.namespace()) : '';
      return (yield* listObjects(session, mapping, namespace)).map(({ metadata }) => metadata.name);
    }
    case 'containers': {
      const mapping = (yield* session.mapper()).resource('pods');
      const namespace = question.namespace || (yield* session.namespace());
      const pod = (yield* session.get(apiPath(mapping, namespace, question.pod))) as KubeObject;
      return containersOf(pod).map(({ name }) => name);
    }
    default:
      return Object.keys(at(yield* session.config(), question.section) ?? {}).sort();
  }
}
