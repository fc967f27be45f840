import type { Turn } from '../sim/turn.ts';
import { ConfigError } from './environment-error.ts';
import { cri } from './pod.ts';

/** A variable of a file in a volume that a container before this one has written. */
export interface FileKeyRef {
  readonly volumeName: string;
  readonly path: string;
  readonly key: string;
  readonly optional?: boolean;
}

/** Name, equals sign and opening quote; no blanks among them. */
const ASSIGNMENT = /^([!-<>-~]+)='/;

/** What may follow a closing quote on its line. */
const REST = /^[ \t]*(?:#[^\n]*)?(?:\n|$)/;

/**
 * The value of a variable in a file of environment variables; undefined where it has none, null where the file is no such
 * file. Worked example, of which `MOTD` is two lines:
 *
 *     # written by the init container
 *     DB_HOST='db.internal'
 *     MOTD='Hello,
 *     world' # a remark
 *
 * Source: Kubernetes documentation, "Define Environment Variable Values Using An Init Container".
 */
export function variableIn(text: string, key: string): string | undefined | null {
  let rest = text;
  for (;;) {
    rest = rest.replace(/^(?:\s+|#[^\n]*(?:\n|$))+/, '');
    if (rest === '') return undefined;
    const name = ASSIGNMENT.exec(rest);
    if (name === null) return null;
    const value = rest.slice(name[0].length);
    const end = value.indexOf("'");
    const after = end < 0 ? null : REST.exec(value.slice(end + 1));
    if (after === null) return null;
    if (name[1] === key) return value.slice(0, end);
    rest = value.slice(end + 1 + after[0].length);
  }
}

/** Source of the messages: `makeEnvironmentVariables` in `pkg/kubelet/kubelet_pods.go`. */
export function fileValue(
  turn: Turn,
  uid: string,
  { volumeName, path, key, optional }: FileKeyRef,
): string | undefined {
  const source = `volume/${uid}/${volumeName}/${path}`;
  const { text } = cri<{ readonly text?: string }>(turn, { call: 'ReadVolumeFile', source });
  const value = text === undefined ? null : variableIn(text, key);
  if (value === null) throw new ConfigError("couldn't parse env file");
  if (value === undefined && optional !== true)
    throw new ConfigError(`environment variable key "${key}" not found in file "${path}"`);
  return value;
}
