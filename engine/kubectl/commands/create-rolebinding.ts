import type { Command } from '../command.ts';
import { failure } from '../failure.ts';
import { SUBJECT_FLAGS, subjectsOf } from '../generate/subjects.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CREATE_FLAGS, createGenerated, metadata, nameArgument } from './create.ts';

const RBAC = 'rbac.authorization.k8s.io';

function binding(kind: string, head: object, role: string, roleKind: string, session: Session): never {
  const subjects = subjectsOf(session);
  return {
    kind,
    apiVersion: `${RBAC}/v1`,
    metadata: head,
    ...(subjects.length > 0 ? { subjects } : {}),
    roleRef: { apiGroup: RBAC, kind: roleKind, name: role },
  } as never;
}

export const createRoleBinding: Command = {
  name: 'rolebinding',
  short: 'Create a role binding for a particular role or cluster role',
  usage:
    'NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  examples: ['kubectl create rolebinding readers --role=reader --user=jane --serviceaccount=default:bot'],
  flags: [
    ...CREATE_FLAGS,
    { name: 'clusterrole', type: 'string', usage: 'ClusterRole to bind to' },
    { name: 'role', type: 'string', usage: 'Role to bind to' },
    ...SUBJECT_FLAGS,
  ],
  *run(session: Session): Task {
    const name = nameArgument(session);
    const [role, clusterRole] = [session.flags.string('role'), session.flags.string('clusterrole')];
    if ((role === '') === (clusterRole === '')) throw failure('exactly one of clusterrole or role must be specified');
    const head = yield* metadata(session, name);
    const object = binding('RoleBinding', head, role || clusterRole, role ? 'Role' : 'ClusterRole', session);
    yield* createGenerated(session, object, 'rolebinding');
  },
};

export const createClusterRoleBinding: Command = {
  name: 'clusterrolebinding',
  short: 'Create a cluster role binding for a particular cluster role',
  usage:
    'NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  examples: ['kubectl create clusterrolebinding admins --clusterrole=cluster-admin --group=ops'],
  flags: [
    ...CREATE_FLAGS,
    { name: 'clusterrole', type: 'string', required: true, usage: 'ClusterRole to bind to' },
    ...SUBJECT_FLAGS,
  ],
  *run(session: Session): Task {
    const name = nameArgument(session);
    const object = binding('ClusterRoleBinding', { name }, session.flags.string('clusterrole'), 'ClusterRole', session);
    yield* createGenerated(session, object, 'clusterrolebinding');
  },
};
