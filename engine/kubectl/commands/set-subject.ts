import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { failure } from '../failure.ts';
import { SUBJECT_FLAGS, type Subject, subjectsOf } from '../generate/subjects.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { SET_FLAGS, setFields } from './set.ts';

const BINDINGS = ['RoleBinding', 'ClusterRoleBinding'];

export const setSubject: Command = {
  name: 'subject',
  short: 'Update the user, group, or service account in a role binding or cluster role binding',
  usage:
    '(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  examples: ['kubectl set subject rolebinding readers --user=jane --group=devs'],
  flags: [...SET_FLAGS, ...SUBJECT_FLAGS],
  *run(session: Session): Task {
    const { flags, args } = session;
    if (flags.boolean('local') && flags.string('dry-run') === 'server') {
      throw failure('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    }
    yield* setFields(session, {
      done: 'subjects updated',
      refused: 'failed to patch subjects to rolebinding: ',
      names: args,
      check() {
        const isEmpty = SUBJECT_FLAGS.every(({ name }) => flags.strings(name).length === 0);
        if (isEmpty) throw failure('you must specify at least one value of user, group or serviceaccount');
        checkServiceAccounts(flags.strings('serviceaccount'));
      },
      change({ mapping, name, object }) {
        if (!BINDINGS.includes(mapping.kind)) {
          const problem = 'setting subjects is only supported for RoleBinding/ClusterRoleBinding';
          throw failure(`${mapping.resource}/${name} ${problem}`);
        }
        return withSubjects(object, subjectsOf(session));
      },
    });
  },
};

function checkServiceAccounts(texts: readonly string[]): void {
  for (const text of texts) {
    const [namespace, name, ...rest] = text.split(':');
    if (!name || rest.length > 0) throw failure('serviceaccount must be <namespace>:<name>');
    if (!namespace) throw failure('serviceaccount must be <namespace>:<name>, namespace must be specified');
  }
}

function withSubjects(object: KubeObject, wanted: readonly Subject[]): KubeObject {
  const present = (object.subjects ?? []) as Subject[];
  const isPresent = (subject: Subject) =>
    present.some(
      ({ kind, name, namespace }) =>
        kind === subject.kind && name === subject.name && (namespace ?? '') === (subject.namespace ?? ''),
    );
  const added = wanted.filter((subject) => !isPresent(subject));
  return added.length === 0 ? object : { ...object, subjects: [...present, ...added] };
}
