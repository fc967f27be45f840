import type { Command } from '../command.ts';
import { CommandFailure, failure, ServerFailure } from '../failure.ts';
import { type Rule, ruleColumns, shownRules } from '../generate/rules.ts';
import { OUTPUT_FLAGS } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { TABLE_TABS, TabWriter } from '../printers/tab-writer.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { reconcile } from './auth-reconcile.ts';

const AUTHORIZATION = '/apis/authorization.k8s.io/v1';

const RESOURCE_VERBS =
  'get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest'.split(
    ' ',
  );
const URL_VERBS = 'get put post head options delete patch *'.split(' ');

/** What the verb is about. */
interface Attributes {
  readonly group: string;
  readonly resource: string;
  readonly name?: string;
  /** Undefined for what the server does not serve. */
  readonly isNamespaced?: boolean;
}

const canI: Command = {
  name: 'can-i',
  short: 'Check whether an action is allowed',
  usage: 'VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  examples: [
    'kubectl auth can-i create deployments.apps',
    'kubectl auth can-i list pods --as=system:serviceaccount:dev:bot -n prod',
    'kubectl auth can-i get /healthz',
    'kubectl auth can-i --list',
  ],
  flags: [
    { name: 'all-namespaces', shorthand: 'A', type: 'boolean', usage: 'In all namespaces' },
    { name: 'list', type: 'boolean', usage: 'All that is allowed' },
    { name: 'quiet', shorthand: 'q', type: 'boolean', usage: 'Only the exit code' },
    { name: 'subresource', type: 'string', usage: 'log, exec, scale …' },
    { name: 'no-headers', type: 'boolean', usage: 'No line of headers' },
  ],
  run: runCanI,
};

function* runCanI(session: Session): Task {
  const { flags, args } = session;
  if (flags.boolean('list')) return yield* listAllowed(session);
  if (args.length !== 2)
    throw failure(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  const [verb, target] = args as readonly [string, string];
  const spec = target.startsWith('/')
    ? yield* urlSpec(session, verb, target)
    : yield* resourceSpec(session, verb, target);
  if (flags.boolean('no-headers')) throw failure('--no-headers cannot be set without --list specified');
  const body = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec };
  const { status } = (yield* session.send('POST', `${AUTHORIZATION}/selfsubjectaccessreviews`, { body })) as {
    status: { allowed?: boolean; reason?: string; evaluationError?: string };
  };
  const reasons = [status.reason, status.evaluationError].filter((text) => text).map((text) => ` - ${text}`);
  if (!flags.boolean('quiet')) yield* session.print(status.allowed ? 'yes\n' : `no${reasons.join('')}\n`);
  if (!status.allowed) throw new CommandFailure('', 1);
}

/** A warning as `can-i` prints it: with an empty line behind it. */
function* warn(session: Session, text: string): Task {
  yield* session.warn(`${text}\n`);
}

function* urlSpec(session: Session, verb: string, path: string): Task<object> {
  if (session.flags.string('subresource')) throw failure('--subresource can not be used with NonResourceURL');
  if (!URL_VERBS.includes(verb)) yield* warn(session, `verb '${verb}' is not a known verb`);
  return { nonResourceAttributes: { path, verb } };
}

function* resourceSpec(session: Session, verb: string, target: string): Task<object> {
  const { flags } = session;
  const { group, resource, name, isNamespaced } = yield* attributesOf(session, target);
  const isEverywhere = flags.boolean('all-namespaces');
  if (!isEverywhere) {
    const place = group ? ` in group '${group}'` : '';
    if (isNamespaced === false) yield* warn(session, `resource '${resource}' is not namespace scoped${place}`);
    if (!RESOURCE_VERBS.includes(verb)) yield* warn(session, `verb '${verb}' is not a known verb`);
  }
  const namespace = isEverywhere ? '' : yield* session.namespace();
  const subresource = flags.string('subresource');
  return {
    resourceAttributes: {
      ...(namespace ? { namespace } : {}),
      verb,
      ...(group ? { group } : {}),
      resource,
      ...(subresource ? { subresource } : {}),
      ...(name ? { name } : {}),
    },
  };
}

function* attributesOf(session: Session, target: string): Task<Attributes> {
  const slash = target.indexOf('/');
  const type = slash < 0 ? target : target.slice(0, slash);
  const name = slash < 0 ? '' : target.slice(slash + 1);
  if (type === '*') return { group: '', resource: '*', name };
  const mapping = (yield* session.mapper()).find(type);
  if (mapping) return { group: mapping.group, resource: mapping.resource, name, isNamespaced: mapping.isNamespaced };
  const [resource = '', ...group] = type.toLowerCase().split('.');
  if (!['users', 'groups'].includes(type)) {
    const place = group.length > 0 ? ` in group '${group.join('.')}'` : '';
    yield* warn(session, `the server doesn't have a resource type '${resource}'${place}`);
  }
  return { group: '', resource: type, name };
}

function* listAllowed(session: Session): Task {
  const { flags, args } = session;
  if (args.length > 0) throw failure('list option must be specified with no arguments');
  if (flags.boolean('quiet') || flags.boolean('all-namespaces') || flags.string('subresource')) {
    throw failure("list option can't be specified with neither quiet, all-namespaces nor subresource options");
  }
  const spec = { namespace: yield* session.namespace() };
  const body = { kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec };
  const { status } = (yield* session.send('POST', `${AUTHORIZATION}/selfsubjectrulesreviews`, { body })) as {
    status: { resourceRules?: Rule[]; nonResourceRules?: Rule[]; incomplete?: boolean; evaluationError?: string };
  };
  if (status.incomplete) yield* session.warn(`the list may be incomplete: ${status.evaluationError ?? ''}`);
  const rules = shownRules([...(status.resourceRules ?? []), ...(status.nonResourceRules ?? [])]);
  const header = flags.boolean('no-headers') ? [] : ['Resources\tNon-Resource URLs\tResource Names\tVerbs'];
  const lines = [...header, ...rules.map(ruleColumns)].map((line) => `${line}\n`);
  yield* session.print(new TabWriter(TABLE_TABS).align(lines.join('')));
}

const whoAmI: Command = {
  name: 'whoami',
  short: 'Experimental: Check self subject attributes',
  examples: ['kubectl auth whoami', 'kubectl auth whoami -o json'],
  flags: OUTPUT_FLAGS,
  *run(session: Session): Task {
    const printer = yield* outputPrinter(session);
    const body = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {} };
    const review = yield* reviewed(session, body);
    if (printer) {
      yield* session.print(printer(review, 'selfsubjectreview.authentication.k8s.io/', true));
      return;
    }
    const {
      username,
      uid,
      groups = [],
      extra = {},
    } = (review as { status: { userInfo: UserAttributes } }).status.userInfo;
    const lines = [
      'ATTRIBUTE\tVALUE',
      ...(username ? [`Username\t${username}`] : []),
      ...(uid ? [`UID\t${uid}`] : []),
      ...(groups.length > 0 ? [`Groups\t[${groups.join(' ')}]`] : []),
      ...Object.keys(extra)
        .sort()
        .map((name) => `Extra: ${name}\t[${(extra[name] ?? []).join(' ')}]`),
    ];
    yield* session.print(new TabWriter(TABLE_TABS).align(lines.map((line) => `${line}\n`).join('')));
  },
};

interface UserAttributes {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

function* reviewed(session: Session, body: object): Task<unknown> {
  try {
    return yield* session.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body });
  } catch (error) {
    const disabled = 'the selfsubjectreviews API is not enabled in the cluster';
    if (!(error instanceof ServerFailure)) throw error;
    if (error.reason === 'Forbidden') throw failure(`${disabled} or you do not have permission to call it`);
    if (error.reason === 'NotFound') throw failure(disabled);
    throw error;
  }
}

export const auth: Command = {
  name: 'auth',
  short: 'Inspect authorization',
  bare: { fd: 2, code: 1 },
  subcommands: [canI, reconcile, whoAmI],
};
