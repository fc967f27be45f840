import type { KubeObject, ObjectMeta } from '../../../object.ts';

/** A pod as far as checks look at it: one that exists, or the template of one. */
export interface CheckedPod {
  readonly metadata: Pick<ObjectMeta, 'annotations'>;
  readonly spec?: KubeObject['spec'];
}

/** What a check has against a pod: `hostPort` in short, `container "c" uses hostPort 80` in detail. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** One rule of the Pod Security Standards. */
export interface Check {
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  /** The rule from a minor release on, oldest first. */
  readonly versions: readonly CheckVersion[];
}

export interface CheckVersion {
  readonly since: number;
  readonly check: (pod: CheckedPod) => Violation | undefined;
  /** Baseline checks that this one includes. */
  readonly overrides?: readonly string[];
}

/** A container of a pod spec, with what checks read. */
// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a container
export type Container = { readonly name: string; readonly [field: string]: any };

/** Init containers, containers, ephemeral containers: the order in which they are named. */
export function containersOf({ spec }: CheckedPod): readonly Container[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])];
}

/** `"a", "b"`. */
export function quoted(items: readonly string[]): string {
  return items.map((item) => `"${item}"`).join(', ');
}

export function plural(one: string, many: string, count: number): string {
  return count === 1 ? one : many;
}

/** `containers "a", "b"`. */
export function containerNames(names: readonly string[]): string {
  return `${plural('container', 'containers', names.length)} ${quoted(names)}`;
}

/** The pod itself and its containers, as those who set something: `pod and container "c"`. */
export function setters(isPod: boolean, containers: readonly string[]): string {
  return [...(isPod ? ['pod'] : []), ...(containers.length > 0 ? [containerNames(containers)] : [])].join(' and ');
}

/** Sorted, each value once. */
export function distinct(values: Iterable<string>): readonly string[] {
  return [...new Set(values)].sort();
}

export function isWindows({ spec }: CheckedPod): boolean {
  return spec?.os?.name === 'windows';
}

/** In a user namespace of its own, root in the container is nobody outside. */
export function hasUserNamespace({ spec }: CheckedPod): boolean {
  return spec?.hostUsers === false;
}
