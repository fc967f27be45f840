import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ApiResponse } from '../../engine/apiserver/request.ts';
import { apiVersionOf, type Kind } from '../../engine/apiserver/kinds/kind.ts';
import { servedKinds } from '../../engine/apiserver/served.ts';
import { TestServer } from '../../engine/apiserver/testing.ts';
import { withoutForkedLines } from './normalise.ts';

// Defaulting and validation of every served kind, compared with what a real server answered. `SHOW=name` prints a difference.

const GOLDEN = new URL('api/', import.meta.url);

type Entry = Record<string, any>;

function entries(file: string): Entry[] {
  const text = readFileSync(new URL(file, GOLDEN), 'utf8');
  return text.trim().split('\n').map((line) => JSON.parse(line) as Entry);
}

function kindOf(object: any): Kind | undefined {
  return servedKinds().find((kind) => kind.kind === object?.kind && apiVersionOf(kind) === object.apiVersion);
}

function collection(kind: Kind): string {
  const root = kind.group === '' ? '/api' : `/apis/${kind.group}`;
  return `${root}/${kind.version}${kind.namespaced ? '/namespaces/default' : ''}/${kind.plural}`;
}

/** Recordings shorten long runs of a letter: `<repeat x 262145>`. */
function expanded(value: any): any {
  if (typeof value === 'string') return value.replace(/<repeat (.) x? ?(\d+)>/g, (_, letter: string, count: string) => letter.repeat(Number(count)));
  if (Array.isArray(value)) return value.map(expanded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [expanded(key), expanded(item)]));
}

const ALLOCATED = /^10\.96\.\d+\.\d+$/;

/** Without what differs from run to run, in the words of the recordings. */
function comparable(body: any, input: any): unknown {
  const { uid, resourceVersion, creationTimestamp, managedFields, ...metadata } = body.metadata ?? {};
  let text = JSON.stringify({ ...body, metadata });
  text = text.replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-xxxxx');
  const prefix = input.metadata?.generateName;
  if (prefix) text = text.replaceAll(new RegExp(`"${prefix}[a-z0-9]{5}"`, 'g'), `"${prefix}xxxxx"`);
  text = text.replaceAll(/("last\w+Time":)"[^"]*"/g, '$1"<time>"');
  if (uid) text = text.replaceAll(uid, '<uid>');
  const result = JSON.parse(text);
  const { spec } = result;
  if (result.kind === 'Service' && spec !== undefined) {
    if (input.spec?.clusterIP === undefined && ALLOCATED.test(spec.clusterIP)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    for (const [index, port] of (spec.ports ?? []).entries()) {
      if (port.nodePort !== undefined && input.spec?.ports?.[index]?.nodePort === undefined) port.nodePort = '<allocated>';
    }
  }
  // The server takes the bindings from a Go map: the order of the rules is chance.
  if (result.kind === 'SelfSubjectRulesReview') {
    const byText = (left: unknown, right: unknown) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);
    result.status.resourceRules?.sort(byText);
    result.status.nonResourceRules = result.status.nonResourceRules?.filter(isNotForked).sort(byText);
  }
  return result;
}

/** The recorded server comes from a distribution that lets everybody read these paths; Kubernetes itself does not. */
function isNotForked({ nonResourceURLs }: { readonly nonResourceURLs: readonly string[] }): boolean {
  return !nonResourceURLs.includes('/.well-known/*');
}

/** Where two values differ: `spec.priority: 0 instead of 1`. */
function differences(actual: any, expected: any, path: string): string[] {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return [];
  const isPair = typeof actual === 'object' && typeof expected === 'object' && actual !== null && expected !== null;
  if (!isPair) return [`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`];
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...keys].flatMap((key) => differences(actual[key], expected[key], `${path}.${key}`));
}

function report(name: string, all: readonly Entry[], check: (entry: Entry) => void): void {
  const failed: string[] = [];
  for (const entry of all) {
    try {
      check(entry);
    } catch (error) {
      failed.push(entry.name);
      if (process.env.SHOW !== undefined && entry.name.includes(process.env.SHOW)) {
        const { actual, expected } = error as { actual: unknown; expected: unknown };
        console.log([entry.name, ...differences(actual, expected, '')].join('\n  '));
      }
    }
  }
  console.log(`${name}: ${all.length - failed.length} of ${all.length}`);
  expect(failed).toEqual([]);
}

const byKind = (all: readonly Entry[]): readonly Entry[] => {
  const wanted = process.env.KIND;
  return wanted === undefined ? all : all.filter((entry) => (entry.input ?? entry.update)?.kind === wanted);
};

test('defaulting', () => {
  const served = byKind(entries('defaulting.jsonl'));
  report('defaulting.jsonl', served, ({ input, output, warnings }) => {
    const response = new TestServer().post(`${collection(kindOf(input) as Kind)}?dryRun=All&fieldValidation=Strict`, input);
    expect(comparable(response.body, input)).toEqual(comparable(output, input));
    expect((response.warnings ?? []).map((warning) => `299 - ${JSON.stringify(warning)}`)).toEqual(warnings ?? []);
  });
});

test('what looks wrong but is taken', () => {
  const served = byKind(entries('validation-accepted.jsonl'));
  report('validation-accepted.jsonl', served, ({ input, output }) => {
    const { resourceVersion: _, ...metadata } = input.metadata;
    const body = { ...input, metadata };
    const response = new TestServer().post(`${collection(kindOf(input) as Kind)}?dryRun=All&fieldValidation=Strict`, body);
    const { clusterIP, clusterIPs, ...spec } = output.spec ?? {};
    expect(comparable(response.body, input)).toEqual({ ...output, ...(output.spec === undefined ? {} : { spec }) });
  });
});

/** Stands for `<uid>` in what is put into the store. */
const FIXED_UID = '5e7c1b0a-0000-4000-8000-000000000000';

/** A recorded object with its placeholders filled in. */
function filled(object: any): any {
  return JSON.parse(JSON.stringify(object).replaceAll('<uid>', FIXED_UID).replaceAll('<time>', '2026-01-01T00:00:00Z'));
}

function seeded(existing: any): any {
  const object = filled(existing);
  return { ...object, metadata: { uid: FIXED_UID, ...object.metadata } };
}

function answerTo(entry: Entry): ApiResponse {
  const server = new TestServer();
  if (entry.update !== undefined) {
    const kind = kindOf(entry.update) as Kind;
    const path = collection(kind);
    const existing = server.seed(kind.resource, seeded(entry.existing));
    const { resourceVersion } = existing.metadata;
    // In the recording a controller was faster: it had written the object before the update came.
    if (entry.status.message.includes('the object has been modified')) server.seed(kind.resource, existing);
    const update = JSON.parse(JSON.stringify(filled(entry.update)).replaceAll('<live>', resourceVersion));
    return server.put(`${path}/${existing.metadata.name}?fieldValidation=Strict`, update);
  }
  const dryRun = entry.name.includes('not dry run') ? '' : 'dryRun=All&';
  const path = entry.path ?? collection(kindOf(entry.input) as Kind);
  server.seed('configmaps', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'kube-root-ca.crt', namespace: 'default' } });
  return server.post(`${path}?${dryRun}fieldValidation=Strict`, expanded(entry.input));
}

/** The server's uids, drawn at random or seeded, in the words of the recordings; a job's selector holds one. */
function withoutUids(body: any): any {
  const text = JSON.stringify(body).replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>');
  return JSON.parse(text.replaceAll(FIXED_UID, '<uid>'));
}

test('validation', () => {
  const served = byKind(entries('validation.jsonl'));
  report('validation.jsonl', served, (entry) => {
    const response = answerTo(entry);
    const { body } = response as { body: any };
    const expected = expanded(entry.status);
    expect(withoutUids(body)).toEqual(entry.update?.kind === 'Pod' ? JSON.parse(withoutForkedLines(JSON.stringify(expected))) : expected);
    expect(response.code).toBe(entry.code);
  });
});
