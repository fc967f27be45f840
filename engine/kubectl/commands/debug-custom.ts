import { applyStrategicPatch } from '../../apiserver/patch/strategic.ts';
import { schemaFor } from '../../apiserver/schema/schemas.ts';
import type { KubeObject } from '../../object.ts';
import { readFile } from '../../process/program.ts';
import { fromYaml } from '../codec/yaml-read.ts';
import { CommandFailure, failure } from '../failure.ts';
import { fileProblem, join } from '../files.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

/** Fields that a custom profile must not have. */
const FIXED = ['name', 'command', 'image', 'lifecycle', 'volumeDevices'];

/** The container of the file that `--custom` names. */
export function* customProfile(session: Session): Task<Any> {
  const path = session.flags.string('custom');
  if (!path) return undefined;
  const text = yield* readFile(join(session.invocation.directory, path));
  if (typeof text !== 'string') {
    throw failure(`must pass a container spec json file for custom profile: open ${path}: ${fileProblem(text)}`);
  }
  const profile = parsed(path, text);
  if (FIXED.some((field) => profile?.[field] !== undefined)) {
    throw failure('name, command, image, lifecycle and volume devices are not modifiable via custom profile');
  }
  return profile;
}

function parsed(path: string, text: string): Any {
  try {
    return fromYaml(text);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    throw failure(`${path} does not contain a valid container spec: ${error.text.replace(/^error: /, '')}`);
  }
}

/** The pod with the custom fields put over those of its container. */
export function withCustomProfile(pod: KubeObject, name: string, custom: Any): KubeObject {
  if (!custom) return pod;
  const schema = schemaFor('v1', 'Pod');
  if (!schema) return pod;
  const list = ['containers', 'ephemeralContainers'].find((field) =>
    ((pod.spec[field] ?? []) as Any[]).some((container) => container.name === name),
  );
  if (!list) return pod;
  const patch = { spec: { [list]: [{ ...custom, name }] } };
  return applyStrategicPatch(pod as never, patch as never, schema) as unknown as KubeObject;
}
