import type { Operation as PatchOperation } from 'fast-json-patch';
import { base64Decode } from '../../../base64.ts';
import type { Json, KubeObject } from '../../../object.ts';
import { uid } from '../../../sim/identity.ts';
import { type Call, refuse } from '../../call.ts';
import { badRequest } from '../../errors.ts';
import type { Status } from '../../request.ts';
import type { AdmissionRequest, Operation } from '../plugin.ts';
import type { Hook } from './hooks.ts';
import { CallFailure, post } from './transport.ts';

/** A webhook could not be asked; whether the request fails with that is its failure policy's. */
export class WebhookFailure extends Error {
  override readonly name = 'WebhookFailure';
}

interface ReviewResponse {
  readonly uid?: string;
  readonly allowed?: boolean;
  readonly status?: Partial<Status>;
  readonly warnings?: readonly string[];
  readonly patch?: string;
  readonly patchType?: string;
}

/** What a webhook says: to let pass, perhaps with changes, or to refuse. */
export interface Verdict {
  readonly patch: readonly PatchOperation[];
  readonly denial?: Status;
}

const VERSIONS = ['v1', 'v1beta1'];

const OPTIONS: Readonly<Record<Operation, string>> = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
  CONNECT: '',
};

/** Sends an AdmissionReview to a webhook and reads its answer (`admission/plugin/webhook/request/admissionreview.go`). */
export function review(hook: Hook, request: AdmissionRequest, mutates: boolean): Verdict {
  const { call } = request;
  if (call.isDryRun && hook.sideEffects !== 'None' && hook.sideEffects !== 'NoneOnDryRun')
    refuse(badRequest(`admission webhook "${hook.name}" does not support dry run`));
  const version = hook.admissionReviewVersions?.find((candidate) => VERSIONS.includes(candidate)) ?? 'v1';
  const apiVersion = `admission.k8s.io/${version}`;
  const identifier = uid(() => call.turn.random());
  const body = { kind: 'AdmissionReview', apiVersion, request: reviewRequest(identifier, request) };
  const answer = parsed(hook, sent(call, hook, body));
  if (answer.kind !== 'AdmissionReview' || answer.apiVersion !== apiVersion)
    fail(
      hook,
      `received invalid webhook response: expected webhook response of ${apiVersion}, Kind=AdmissionReview, got ${answer.apiVersion ?? ''}, Kind=${answer.kind ?? ''}`,
    );
  const response = answer.response as ReviewResponse | undefined;
  if (response === undefined) return fail(hook, 'received invalid webhook response: webhook response was absent');
  if (response.uid !== identifier)
    fail(hook, `received invalid webhook response: expected response.uid="${identifier}", got "${response.uid ?? ''}"`);
  call.warnings.push(...(response.warnings ?? []));
  if (response.allowed !== true) return { patch: [], denial: denial(hook, response.status ?? {}) };
  return { patch: mutates ? patchOf(hook, response) : [] };
}

function fail(hook: Hook, why: string): never {
  throw new WebhookFailure(`failed calling webhook "${hook.name}": ${why}`);
}

function sent(call: Call, hook: Hook, body: object): string {
  try {
    return post(call.turn, hook, JSON.stringify(body));
  } catch (error) {
    if (error instanceof CallFailure) fail(hook, `failed to call webhook: ${error.message}`);
    throw error;
  }
}

function parsed(hook: Hook, text: string): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as Readonly<Record<string, unknown>>;
  } catch {
    // Told below.
  }
  return fail(hook, 'failed to call webhook: the server could not decode the answer: it is no JSON object');
}

function patchOf(hook: Hook, { patch, patchType }: ReviewResponse): readonly PatchOperation[] {
  if (patch === undefined || patch === '') return [];
  if (patchType === undefined)
    fail(hook, 'received invalid webhook response: webhook returned response.patch but not response.patchType');
  if (patchType !== 'JSONPatch')
    fail(hook, `received invalid webhook response: invalid response.patchType: "${patchType}"`);
  try {
    return JSON.parse(base64Decode(patch) ?? '') as readonly PatchOperation[];
  } catch {
    return fail(hook, 'received undecodable patch in webhook response: it is no JSON');
  }
}

/** The webhook's own status, with what a refusal must have (`admission/plugin/webhook/errors/statuserror.go`). */
function denial(hook: Hook, status: Partial<Status>): Status {
  const deniedBy = `admission webhook "${hook.name}" denied the request`;
  const why = status.message || status.reason;
  const code = status.code === undefined || status.code < 400 ? 400 : status.code;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    ...status,
    status: 'Failure',
    message: why ? `${deniedBy}: ${why}` : `${deniedBy} without explanation`,
    code,
  };
}

function reviewRequest(identifier: string, { call, operation, object, previous }: AdmissionRequest): object {
  const { kind, request, subresource, namespace, name, isDryRun } = call;
  const about = { group: kind.group, version: kind.version };
  const shown = bodyKind(call, object);
  const options = OPTIONS[operation];
  return {
    uid: identifier,
    kind: shown,
    resource: { ...about, resource: kind.plural },
    ...(subresource === '' ? {} : { subResource: subresource }),
    requestKind: shown,
    requestResource: { ...about, resource: kind.plural },
    ...(subresource === '' ? {} : { requestSubResource: subresource }),
    ...(name || object.metadata.name ? { name: name || object.metadata.name } : {}),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: userInfo(call),
    object: operation === 'DELETE' ? null : (object as unknown as Json),
    oldObject: operation === 'UPDATE' || operation === 'DELETE' ? ((previous ?? null) as unknown as Json) : null,
    dryRun: isDryRun,
    options: options === '' ? null : { kind: options, apiVersion: 'meta.k8s.io/v1', ...fieldManager(request.query) },
  };
}

/** The kind of what is sent: a subresource such as `scale` has another than its object. */
function bodyKind({ kind }: Call, { apiVersion, kind: name }: KubeObject): object {
  if (name === undefined || name === kind.kind) return { group: kind.group, version: kind.version, kind: kind.kind };
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return { group, version, kind: name };
}

function userInfo({ request }: Call): object {
  const { name, uid: identifier, groups, extra } = request.user;
  return {
    username: name,
    ...(identifier === undefined ? {} : { uid: identifier }),
    groups,
    ...(extra === undefined ? {} : { extra }),
  };
}

function fieldManager(query: Call['request']['query']): object {
  return query?.fieldManager === undefined ? {} : { fieldManager: query.fieldManager };
}
