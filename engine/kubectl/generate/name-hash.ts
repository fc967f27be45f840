import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { KubeObject } from '../../object.ts';
import { compactJson, escapedJson } from '../codec/json.ts';

const LETTERS: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/**
 * The suffix that tells one content of a ConfigMap or Secret from another: ten letters of the SHA-256 of its data.
 * Source: `k8s.io/kubectl/pkg/util/hash/hash.go`.
 */
export function nameHash(object: KubeObject): string {
  const { kind, data, binaryData, immutable, type } = object;
  const hasBinary = kind === 'ConfigMap' && Object.keys(binaryData ?? {}).length > 0;
  return hashText({
    kind,
    name: object.metadata.name,
    data: data ?? null,
    ...(kind === 'Secret' ? { type: type ?? '' } : {}),
    ...(immutable === undefined ? {} : { immutable }),
    ...(hasBinary ? { binaryData } : {}),
  });
}

/** As `nameHash`, but as kustomize takes it: whatever the object is called. Source: kustomize's `api/hasher`. */
export function contentHash({ kind, data, binaryData, type }: KubeObject): string {
  return hashText({
    kind,
    name: '',
    data: data ?? '',
    ...(kind === 'Secret' ? { type: type ?? '' } : {}),
    ...(kind === 'ConfigMap' && binaryData ? { binaryData } : {}),
  });
}

function hashText(content: object): string {
  const digest = bytesToHex(sha256(utf8ToBytes(escapedJson(compactJson(content)))));
  return [...digest.slice(0, 10)].map((letter) => LETTERS[letter] ?? letter).join('');
}

/** The object under its name with that suffix. */
export function withNameHash(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, name: `${object.metadata.name}-${nameHash(object)}` } };
}
