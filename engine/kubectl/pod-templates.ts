import { at } from './codec/json.ts';
import { failure } from './failure.ts';
import type { Resource } from './resources/object.ts';

/** Where kinds keep their pod template's spec. */
const TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  PodTemplate: ['template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};
const COMMON_PATH = ['spec', 'template', 'spec'];

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly requests?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
  readonly [field: string]: any;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
  readonly valueFrom?: any;
}

/** The path of the pod spec in an object. Throws for a kind without pods. */
export function podSpecPath(resource: Resource): readonly string[] {
  const path = TEMPLATE_PATHS[resource.mapping.kind] ?? COMMON_PATH;
  if (Array.isArray(at(resource.object, ...path, 'containers'))) return path;
  throw failure(
    `${resource.mapping.resource}/${resource.name} the object is not a pod or does not have a pod template: *v1.${resource.mapping.kind}`,
  );
}

/** Does a container's name fit a pattern of `--containers`: `*`, `web*`? */
export function fitsPattern(name: string, pattern: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(name);
}
