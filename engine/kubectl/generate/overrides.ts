import type { Json, KubeObject } from '../../object.ts';
import { applyLocally } from '../commands/patch.ts';
import type { Mapping } from '../discovery.ts';
import { failure } from '../failure.ts';
import type { Flag } from '../flags.ts';
import type { Session } from '../session.ts';
import type { PatchType } from '../writing.ts';

/** Flags that change the object that a command makes. */
export const OVERRIDE_FLAGS: readonly Flag[] = [
  { name: 'overrides', type: 'string', usage: 'A patch of the object that is made' },
  { name: 'override-type', type: 'string', default: 'merge', usage: 'json, merge or strategic' },
];

/** An object as `--overrides` changes it. */
export function overridden(session: Session, mapping: Mapping, object: KubeObject): KubeObject {
  const text = session.flags.string('overrides');
  if (!text) return object;
  const type = session.flags.string('override-type');
  if (type !== 'json' && type !== 'merge' && type !== 'strategic') {
    throw failure(`invalid override type: ${type}`);
  }
  return applyLocally({ mapping, object }, type, overridesOf(text, type));
}

type OverrideType = Exclude<PatchType, 'apply'>;

const NO_PATCH: Readonly<Record<OverrideType, string>> = {
  json: 'json: cannot unmarshal object into Go value of type jsonpatch.Patch',
  merge: 'Invalid JSON Patch',
  strategic: 'invalid JSON document',
};

function overridesOf(text: string, type: OverrideType): Json {
  const patch = parsedJson(text);
  const isList = Array.isArray(patch);
  if (type === 'merge' && isList) {
    throw failure(
      `couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  if (typeof patch !== 'object' || patch === null || isList !== (type === 'json')) throw failure(NO_PATCH[type]);
  return patch as Json;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
