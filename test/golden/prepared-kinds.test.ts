import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiVersionOf, type Kind } from '../../engine/apiserver/kinds/kind.ts';
import { PREPARED_KINDS } from '../../engine/apiserver/kinds/prepared.ts';
import { decode } from '../../engine/apiserver/schema/decode.ts';
import { aggregateMessage, type ErrorList } from '../../engine/apiserver/validation/field.ts';
import { validateCreate, validateUpdate } from '../../engine/apiserver/validation/object.ts';

// The rules of kinds that are not served yet, without a server around them. `SHOW=name` prints a difference.

type Entry = Record<string, any>;

function entries(file: string): Entry[] {
  const text = readFileSync(new URL(`api/${file}`, import.meta.url), 'utf8');
  return text.trim().split('\n').map((line) => JSON.parse(line) as Entry);
}

function kindOf(object: any): Kind | undefined {
  return PREPARED_KINDS.find((kind) => kind.kind === object?.kind && apiVersionOf(kind) === object.apiVersion);
}

/** Stands for `<uid>` in the recordings; a label value must be able to hold it. */
const UID = '11111111-1111-4111-8111-111111111111';

const CONTEXT = { now: 0, random: () => 0.5, reader: () => ({ revision: 0, get: () => undefined, list: () => [], by: () => [] }) };

function prepared(kind: Kind, input: any): { object: any; message: string } {
  const { object, error, unknown } = decode(kind, input);
  if (error !== undefined) return { object, message: error };
  if (unknown.length > 0) return { object, message: `strict decoding error: ${unknown.join(', ')}` };
  const metadata = { ...object.metadata, uid: UID, ...(kind.namespaced ? { namespace: 'default' } : {}) };
  const named = { ...object, metadata: { ...metadata, ...(kind.hasGeneration ? { generation: 1 } : {}) } };
  const ready = kind.prepareForCreate?.(named, CONTEXT) ?? named;
  return { object: kind.allocate?.(ready, undefined, CONTEXT) ?? ready, message: message(validateCreate(kind, ready)) };
}

function message(errors: ErrorList): string {
  return errors.length === 0 ? '' : aggregateMessage(errors).replaceAll(UID, '<uid>');
}

function check(entry: Entry): void {
  const kind = kindOf(entry.update ?? entry.input) as Kind;
  if (entry.update === undefined) {
    expect(entry.status.message).toMatch(new RegExp(`${escaped(prepared(kind, entry.input).message || 'nothing')}$`));
    return;
  }
  const previous = decode(kind, withUid(entry.existing)).object;
  const given = decode(kind, withUid(entry.update)).object;
  const next = kind.prepareForUpdate?.(given, previous, CONTEXT) ?? given;
  expect(entry.status.message).toContain(message(validateUpdate(kind, next, previous)) || 'nothing');
}

function withUid(object: any): any {
  const { metadata, ...rest } = JSON.parse(JSON.stringify(object).replaceAll('<uid>', UID));
  return { ...rest, metadata: { ...metadata, uid: UID } };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function report(name: string, all: readonly Entry[], checkEntry: (entry: Entry) => void, known: readonly string[]): void {
  const failed: string[] = [];
  for (const entry of all) {
    try {
      checkEntry(entry);
    } catch (error) {
      failed.push(entry.name);
      if (process.env.SHOW !== undefined && entry.name.includes(process.env.SHOW)) console.log(entry.name, (error as Error).message, JSON.stringify((error as any).actual)?.slice(0, 2500));
    }
  }
  console.log(`${name}: ${all.length - failed.length} of ${all.length}`);
  expect(failed.filter((entry) => !known.includes(entry))).toEqual([]);
}

/** Finalizers of volumes and claims are an admission plugin's; times are the recording's own. */
function withoutAdmission(output: any): any {
  const { finalizers, ...metadata } = output.metadata;
  const { lastPhaseTransitionTime, ...status } = output.status ?? {};
  const times = lastPhaseTransitionTime === undefined ? {} : { lastPhaseTransitionTime: '1970-01-01T00:00:00Z' };
  return { ...output, metadata, ...(output.status === undefined ? {} : { status: { ...status, ...times } }) };
}

test('defaulting', () => {
  const all = entries('defaulting.jsonl').filter(({ input }) => kindOf(input) !== undefined);
  report('defaulting.jsonl', all, ({ input, output }) => {
    const { object } = prepared(kindOf(input) as Kind, input);
    const { uid, ...metadata } = object.metadata;
    expect(JSON.parse(JSON.stringify({ ...object, metadata }).replaceAll(UID, '<uid>'))).toEqual(withoutAdmission(output));
  }, []);
});

test('validation', () => {
  const all = entries('validation.jsonl').filter((entry) => kindOf(entry.update ?? entry.input) !== undefined && entry.code !== 409);
  report('validation.jsonl', all, check, []);
});
