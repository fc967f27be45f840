import { failure } from '../failure.ts';
import type { Flag } from '../flags.ts';
import type { Session } from '../session.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** Whom a binding is for. */
export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The flags that name subjects. `user` hides the global flag of that name. */
export const SUBJECT_FLAGS: readonly Flag[] = [
  { name: 'user', type: 'array', usage: 'User to bind; may be repeated' },
  { name: 'group', type: 'array', usage: 'Group to bind; may be repeated' },
  { name: 'serviceaccount', type: 'array', usage: 'Service account to bind, as <namespace>:<name>; may be repeated' },
];

/** The subjects that the flags name: users, groups, service accounts. */
export function subjectsOf(session: Session): Subject[] {
  const { flags } = session;
  return [
    ...flags.strings('user').map((name): Subject => ({ kind: 'User', apiGroup: RBAC, name })),
    ...flags.strings('group').map((name): Subject => ({ kind: 'Group', apiGroup: RBAC, name })),
    ...flags.strings('serviceaccount').map(serviceAccount),
  ];
}

function serviceAccount(text: string): Subject {
  const [namespace, name, ...rest] = text.split(':');
  if (!namespace || !name || rest.length > 0) throw failure('serviceaccount must be <namespace>:<name>');
  return { kind: 'ServiceAccount', name, namespace };
}
