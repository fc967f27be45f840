import { base64Decode } from '../../base64.ts';
import type { KubeObject } from '../../object.ts';
import { sorted } from '../codec/json.ts';
import type { Describer } from './describer.ts';
import { limitRangeLines, resourceQuotaLines } from './policy.ts';
import { annotationLines, dateText, labelLines, Text } from './text.ts';

function head(text: Text, object: KubeObject): void {
  text.line(0, `Name:\t${object.metadata.name}`);
  if (object.metadata.namespace) text.line(0, `Namespace:\t${object.metadata.namespace}`);
  labelLines(text, 0, 'Labels', object.metadata.labels);
  annotationLines(text, 0, 'Annotations', object.metadata.annotations);
}

export const describeConfigMap: Describer = (_, { object }) => {
  const text = new Text();
  head(text, object);
  text.line(0, '\nData\n====');
  for (const key of Object.keys(object.data ?? {}).sort()) text.line(0, `${key}:\n----\n${object.data[key]}\n`);
  text.line(0, '\nBinaryData\n====');
  for (const key of Object.keys(object.binaryData ?? {}).sort())
    text.line(0, `${key}: ${byteCount(object.binaryData[key])} bytes`);
  text.line(0, '');
  return String(text);
};

export const describeSecret: Describer = (_, { object }) => {
  const text = new Text();
  head(text, object);
  text.line(0, `\nType:\t${object.type ?? ''}`);
  text.line(0, '\nData\n====');
  for (const key of Object.keys(object.data ?? {}).sort()) {
    const isToken = key === 'token' && object.type === 'kubernetes.io/service-account-token';
    text.line(
      0,
      isToken ? `${key}:\t${base64Decode(object.data[key])}` : `${key}:\t${byteCount(object.data[key])} bytes`,
    );
  }
  return String(text);
};

function byteCount(encoded: string): number {
  return Math.floor((encoded.replace(/=+$/, '').length * 3) / 4);
}

export const describeServiceAccount: Describer = (_, { object }) => {
  const text = new Text();
  head(text, object);
  const pulls = (object.imagePullSecrets ?? []) as { name: string }[];
  text.line(0, `Image pull secrets:\t${pulls.map((secret) => secret.name).join('\n\t') || '<none>'}`);
  return String(text);
};

export const describeNamespace: Describer = function* (session, { object }) {
  const text = new Text();
  head(text, object);
  text.line(0, `Status:\t${object.status?.phase ?? ''}`);
  const conditions = (object.status?.conditions ?? []) as Record<string, string>[];
  if (conditions.length > 0) {
    text.line(0, 'Conditions:');
    text.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
    text.line(1, '----\t------\t------------------\t------\t-------');
    for (const condition of conditions) {
      text.line(
        1,
        `${condition.type}\t${condition.status}\t${dateText(condition.lastTransitionTime)}\t${condition.reason}\t${condition.message}`,
      );
    }
  }
  const path = `/api/v1/namespaces/${object.metadata.name}`;
  const quotas = (yield* session.get(`${path}/resourcequotas`)) as { items: KubeObject[] };
  const ranges = (yield* session.get(`${path}/limitranges`)) as { items: KubeObject[] };
  text.line(0, '');
  resourceQuotaLines(text, quotas.items);
  text.line(0, '');
  limitRangeLines(text, ranges.items);
  return String(text);
};

/** Any other object: its fields, names spread into words. Source: `describe.go`, `genericDescriber`. */
export const describeGeneric: Describer = (_, { object }) => {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  text.line(0, `Namespace:\t${object.metadata.namespace ?? ''}`);
  labelLines(text, 0, 'Labels', object.metadata.labels);
  annotationLines(text, 0, 'Annotations', object.metadata.annotations);
  const {
    name: _name,
    namespace: _namespace,
    labels: _labels,
    annotations: _annotations,
    managedFields: _managed,
    ...metadata
  } = object.metadata as unknown as Record<string, unknown>;
  fieldLines(text, 0, { ...object, metadata });
  return String(text);
};

function fieldLines(text: Text, level: number, map: Readonly<Record<string, unknown>>): void {
  const entries = Object.entries(sorted(map) as Record<string, unknown>).map(
    ([key, value]) => [title(key), key, value] as const,
  );
  entries.sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [name, , value] of entries) {
    if (Array.isArray(value)) {
      text.line(level, `${name}:`);
      for (const item of value) {
        if (isMap(item)) fieldLines(text, level + 1, item);
        else text.line(level + 1, String(item));
      }
    } else if (isMap(value)) {
      text.line(level, `${name}:`);
      fieldLines(text, level + 1, value);
    } else text.line(level, `${name}:\t${value === null ? '<nil>' : String(value)}`);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Words that are written in capitals. */
const ACRONYMS = ['API', 'URL', 'UID', 'GUID'];

/**
 * `apiVersion` becomes `API Version`, `podCIDRs` becomes `Pod CIDRs`; a name with anything but letters and hyphens stays.
 * Source: `k8s.io/kubectl/pkg/describe`, `smartLabelFor`.
 */
function title(key: string): string {
  if (/[^\p{L}-]/u.test(key)) return key;
  const words: string[] = [];
  for (const word of camelCaseWords(key)) {
    const previous = words.at(-1) ?? '';
    if (/^\p{Lu}{2,}$/u.test(previous) && /^\p{Lu}/u.test(word)) words[words.length - 1] = previous + word;
    else words.push(word);
  }
  return words
    .map((word) =>
      ACRONYMS.includes(word.toUpperCase()) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join(' ');
}

/** Runs of small letters, of capitals and of other signs; the last capital before small letters belongs to these. */
function camelCaseWords(key: string): string[] {
  return key.match(/\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|[^\p{Lu}\p{Ll}]+/gu) ?? [key];
}
