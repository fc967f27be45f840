import { type Document, isMap, isScalar, LineCounter, type ParsedNode, parseAllDocuments } from 'yaml';
import type { ApiResponse, Status } from '../apiserver/request.ts';
import { schemaFor } from '../apiserver/schema/schemas.ts';
import { threeWayPatch } from '../kubectl/merge/three-way.ts';
import { LAST_APPLIED, withLastApplied } from '../kubectl/writing.ts';
import type { KubeObject } from '../object.ts';
import { say } from '../sentence.ts';
import type { Session } from '../sim/session.ts';
import type { Task } from '../sim/task.ts';
import { ProblemError } from './problem.ts';
import { apiPath, pathOfObject } from './served-paths.ts';
import type { AppliedView, ObjectReference, Problem } from './views.ts';

/** The window acts as the learner does. */
const USER = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

interface Source {
  readonly document: Document.Parsed<ParsedNode>;
  readonly lines: LineCounter;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Applies every document of a manifest as `kubectl apply` does. Text that is no YAML is refused whole; otherwise each
 * document stands for itself, and problems say at which line and column.
 */
export function applyManifest(session: Session, text: string): { applied: AppliedView[]; problems: Problem[] } {
  const lines = new LineCounter();
  const options = { lineCounter: lines, version: '1.1', merge: true, uniqueKeys: true, prettyErrors: false } as const;
  const documents = parseAllDocuments(text, options);
  const malformed = documents.flatMap((document) =>
    document.errors.map(({ message, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { message, remedy: 'correct-yaml' as const, line, column: col };
    }),
  );
  if (malformed.length > 0) return { applied: [], problems: malformed };
  const applied: AppliedView[] = [];
  const problems: Problem[] = [];
  for (const document of documents) {
    if (isEmpty(document.contents)) continue;
    const source = { document: document as Source['document'], lines };
    try {
      applied.push(applyOne(session, source));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problems.push(...problemsOf(error.status, source));
    }
  }
  if (applied.length === 0 && problems.length === 0)
    problems.push({ message: say`The manifest is empty.`, remedy: 'write-object' });
  return { applied, problems };
}

/** A document without content, or `---` with nothing after it. */
function isEmpty(contents: unknown): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

export function deleteObject(session: Session, reference: ObjectReference): void {
  const path = pathOfObject(reference);
  if (!path) throw new ProblemError({ message: say`${reference.resource} is not served` });
  const answer = send(session, 'DELETE', path);
  if (answer.code >= 400) throw new ProblemError({ message: (answer.body as Status).message ?? `HTTP ${answer.code}` });
}

class Refused extends Error {
  readonly status: Status;
  constructor(status: Status) {
    super(status.message ?? '');
    this.status = status;
  }
}

function applyOne(session: Session, { document }: Source): AppliedView {
  const manifest = document.toJS() as KubeObject;
  const { resource, namespace, collection, name } = targetOf(manifest);
  const modified = withLastApplied(manifest);
  const current = send(session, 'GET', `${collection}/${name}`);
  if (current.code === 404) {
    accepted(send(session, 'POST', collection, modified));
    return { resource, namespace, name, outcome: 'created' };
  }
  const live = accepted(current);
  const original: unknown = JSON.parse(live.metadata.annotations?.[LAST_APPLIED] ?? '{}');
  const patch = threeWayPatch(original, modified, live, schemaFor(manifest.apiVersion, manifest.kind));
  if (Object.keys(patch).length === 0) return { resource, namespace, name, outcome: 'unchanged' };
  accepted(send(session, 'PATCH', `${collection}/${name}`, patch, 'application/strategic-merge-patch+json'));
  return { resource, namespace, name, outcome: 'configured' };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function targetOf(manifest: KubeObject) {
  if (!isFields(manifest)) throw refused('error parsing manifest: an object is expected', '');
  const { apiVersion, kind, metadata } = manifest;
  if (typeof apiVersion !== 'string' || apiVersion === '') throw refused('apiVersion not set', 'apiVersion');
  if (typeof kind !== 'string' || kind === '') throw refused('kind not set', 'kind');
  if (!isFields(metadata) || typeof metadata.name !== 'string')
    throw refused('resource name may not be empty', 'metadata');
  const served = apiPath(apiVersion, kind, metadata.namespace);
  if (!served) throw refused(`no matches for kind "${kind}" in version "${apiVersion}"`, 'kind');
  return { ...served, name: metadata.name };
}

function refused(message: string, field?: string): Refused {
  return new Refused({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(field === undefined ? {} : { details: { causes: [{ message, field }] } }),
  });
}

function accepted(answer: ApiResponse): KubeObject {
  if (answer.code >= 400) throw new Refused(answer.body as Status);
  return answer.body as KubeObject;
}

function send(
  session: Session,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
  contentType = 'application/json',
): ApiResponse {
  const id = `window-${session.head.step + 1}`;
  const isWrite = method === 'POST' || method === 'PATCH';
  const request = {
    method,
    path,
    user: USER,
    ...(body ? { body, headers: { 'content-type': contentType } } : {}),
    ...(isWrite ? { query: { fieldManager: 'kubectl-client-side-apply', fieldValidation: 'Strict' } } : {}),
  };
  session.input('world', { kind: 'request', id, request } as unknown as Task);
  const answer = session.moment().memory('world').get<ApiResponse | { unreachable: string }>(`answer/${id}`);
  if (answer && 'code' in answer) return answer;
  throw new ProblemError({
    message: say`The connection to the API server failed: ${answer?.unreachable ?? say`no answer`}`,
    remedy: 'start-api-server',
  });
}

/** Each cause of a refusal at the place of its field; a refusal without causes at the top of the document. */
function problemsOf(status: Status, source: Source): Problem[] {
  const causes = causesOf(status);
  if (causes.length === 0) return [{ message: status.message ?? say`refused`, ...positionOf(source, []) }];
  return causes.map(({ field, message }) => ({
    message: message ?? status.message ?? say`refused`,
    remedy: field === '' ? 'write-object' : 'correct-field',
    ...(field ? { field } : {}),
    ...positionOf(source, pathOf(field ?? '')),
  }));
}

/** Unknown fields and wrong types are named in the message only: `… Go struct field PodSpec.spec.nodeName of type string`. */
function causesOf(status: Status): readonly { readonly field?: string; readonly message?: string }[] {
  const text = status.message ?? '';
  const unknown = [...text.matchAll(/unknown field "([^"]+)"/g)].map(([message, field]) => ({ message, field }));
  if (unknown.length > 0) return unknown;
  const mistyped = /cannot unmarshal .* into Go struct field \w+\.(\S+) of type/.exec(text);
  if (mistyped) return [{ field: mistyped[1], message: text }];
  return status.details?.causes ?? [];
}

/** `spec.containers[0].image` -> `['spec', 'containers', 0, 'image']`; `labels[app.io/x]` names a key. */
function pathOf(field: string): (string | number)[] {
  const path: (string | number)[] = [];
  for (const [, name, index] of field.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (name !== undefined) path.push(name);
    else if (index !== undefined) path.push(/^\d+$/.test(index) ? Number(index) : index);
  }
  return path;
}

/** Where a path is written, or the nearest place above it that is. */
function positionOf({ document, lines }: Source, path: readonly (string | number)[]): { line: number; column: number } {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  }
  return { line: 1, column: 1 };
}

function offsetOf(document: Source['document'], path: readonly (string | number)[]): number | undefined {
  if (path.length === 0) return document.contents?.range?.[0];
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path[path.length - 1];
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
    return (pair?.key as ParsedNode | undefined)?.range?.[0];
  }
  return (document.getIn(path, true) as ParsedNode | undefined)?.range?.[0];
}
