import type { KubeObject } from '../../object.ts';
import type { Mapping } from '../discovery.ts';
import { kindName, resourceName } from '../discovery.ts';

/** One object that a command works on: from a file (`object` is what the file says) or from the server. */
export interface Resource {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject;
  /** The file it came from. */
  readonly source?: string;
}

/** `deployment.apps/web`; an object without a name is `<unknown>` (`NamePrinter` in `k8s.io/cli-runtime`). */
export function displayName(resource: { readonly mapping: Mapping; readonly name: string }): string {
  return `${kindName(resource.mapping)}/${resource.name || '<unknown>'}`;
}

/** `deployments.apps "web"`, as in error messages. */
export function quotedName(resource: { readonly mapping: Mapping; readonly name: string }): string {
  return `${resourceName(resource.mapping)} ${JSON.stringify(resource.name)}`;
}
