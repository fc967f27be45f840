import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import type { Command } from '../command.ts';
import { apiPath, type Mapping } from '../discovery.ts';
import { failure, joinFailures, ServerFailure } from '../failure.ts';
import { FILENAME_FLAGS, OUTPUT_FLAGS } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import type { Resource } from '../resources/object.ts';
import { collect, fetchNamed, select } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { report } from '../writing.ts';

/** What a decision writes into the request. */
interface Decision {
  readonly name: 'approve' | 'deny';
  readonly done: string;
  readonly type: 'Approved' | 'Denied';
  readonly opposite: 'Approved' | 'Denied';
  readonly reason: string;
}

const APPROVE: Decision = {
  name: 'approve',
  done: 'approved',
  type: 'Approved',
  opposite: 'Denied',
  reason: 'KubectlApprove',
};
const DENY: Decision = { name: 'deny', done: 'denied', type: 'Denied', opposite: 'Approved', reason: 'KubectlDeny' };

/** How often an update that met another one is tried again. */
const ATTEMPTS = 10;

function decisionCommand(decision: Decision): Command {
  return {
    name: decision.name,
    short: `${decision.name === 'approve' ? 'Approve' : 'Deny'} a certificate signing request`,
    usage: '(-f FILENAME | NAME)',
    examples: [`kubectl certificate ${decision.name} jane`],
    flags: [
      ...OUTPUT_FLAGS,
      ...FILENAME_FLAGS,
      { name: 'force', type: 'boolean', usage: `Write it even if it is ${decision.done} already` },
    ],
    *run(session: Session): Task {
      const printer = yield* outputPrinter(session);
      const requests = yield* requested(session);
      const failures: Error[] = [...requests.failures];
      for (const request of requests.resources) {
        try {
          if (request.mapping.kind !== 'CertificateSigningRequest') throw wrongKind(request);
          yield* decide(session, request, decision);
          yield* report(session, request, decision.done, 'none', printer);
        } catch (error) {
          collect(failures, error);
        }
      }
      if (failures.length > 0) throw joinFailures(failures);
      if (requests.resources.length === 0) yield* session.print('No resources found\n');
    },
  };
}

function wrongKind({ mapping }: Resource): Error {
  return failure(
    `can only handle CertificateSigningRequest.certificates.k8s.io objects, got ${mapping.kind}${mapping.group ? `.${mapping.group}` : ''}`,
  );
}

/** The requests that names or files mean. */
function* requested(session: Session): Task<{ resources: readonly Resource[]; failures: readonly Error[] }> {
  const { args, flags } = session;
  const hasFiles = flags.strings('filename').length > 0 || flags.string('kustomize') !== '';
  if (args.length === 0 && !hasFiles) throw failure('one or more CSRs must be specified as <name> or -f <filename>');
  if (args.length === 0) return yield* select(session, [], { isLatest: true });
  const mapping = (yield* session.mapper()).resource('certificatesigningrequests');
  const resources: Resource[] = [];
  const failures: Error[] = [];
  for (const name of args) {
    try {
      resources.push(yield* fetchNamed(session, mapping, '', name));
    } catch (error) {
      collect(failures, error);
    }
  }
  return { resources, failures };
}

function* decide(session: Session, { mapping, name }: Resource, decision: Decision): Task {
  for (let attempt = 0; ; attempt++) {
    const { object } = yield* fetchNamed(session, mapping, '', name);
    const conditions = (object.status?.conditions ?? []) as { type: string }[];
    if (conditions.some(({ type }) => type === decision.opposite)) {
      throw failure(`certificate signing request ${JSON.stringify(name)} is already ${decision.opposite}`);
    }
    const isDecided = conditions.some(({ type }) => type === decision.type);
    if (isDecided && !session.flags.boolean('force')) return;
    const body = isDecided ? object : withCondition(object, decision, timestamp(yield* session.now()));
    if (yield* isWritten(session, mapping, name, body, attempt)) return;
  }
}

function* isWritten(
  session: Session,
  mapping: Mapping,
  name: string,
  body: KubeObject,
  attempt: number,
): Task<boolean> {
  try {
    yield* session.send('PUT', apiPath(mapping, '', name, 'approval'), { body });
    return true;
  } catch (error) {
    if (error instanceof ServerFailure && error.reason === 'Conflict' && attempt < ATTEMPTS) return false;
    throw error;
  }
}

function withCondition(object: KubeObject, { type, reason, done, name }: Decision, time: string): KubeObject {
  const condition = {
    type,
    status: 'True',
    reason,
    message: `This CSR was ${done} by kubectl certificate ${name}.`,
    lastUpdateTime: time,
    lastTransitionTime: null,
  };
  return { ...object, status: { ...object.status, conditions: [...(object.status?.conditions ?? []), condition] } };
}

export const certificate: Command = {
  name: 'certificate',
  short: 'Modify certificate resources',
  usage: 'SUBCOMMAND',
  subcommands: [decisionCommand(APPROVE), decisionCommand(DENY)],
};
