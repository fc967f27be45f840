import { fromYaml } from '../../kubectl/codec/yaml-read.ts';
import { CommandFailure } from '../../kubectl/failure.ts';
import type { KubeObject } from '../../object.ts';
import type { ChartFile } from '../chart/chart-file.ts';
import { HelmFailure } from '../failure.ts';

/** The order in which kinds are installed; others come after, by name. Source: `helm.sh/helm/v4/pkg/release/v1/util/kind_sorter.go`. */
const INSTALL_ORDER =
  'PriorityClass Namespace NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy PodDisruptionBudget ServiceAccount Secret SecretList ConfigMap StorageClass PersistentVolume PersistentVolumeClaim CustomResourceDefinition ClusterRole ClusterRoleList ClusterRoleBinding ClusterRoleBindingList Role RoleList RoleBinding RoleBindingList Service DaemonSet Pod ReplicationController ReplicaSet Deployment HorizontalPodAutoscaler StatefulSet Job CronJob IngressClass Ingress APIService MutatingWebhookConfiguration ValidatingWebhookConfiguration'.split(
    ' ',
  );

/** One document of a template's output. */
export interface Manifest {
  readonly path: string;
  readonly text: string;
  readonly object: KubeObject;
}

export type HookEvent =
  | 'pre-install'
  | 'post-install'
  | 'pre-delete'
  | 'post-delete'
  | 'pre-upgrade'
  | 'post-upgrade'
  | 'pre-rollback'
  | 'post-rollback'
  | 'test';

/** A manifest that is made at a certain moment, as a release keeps it. */
export interface Hook {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly string[];
  readonly weight?: number;
  readonly delete_policies?: readonly string[];
  readonly last_run: { readonly started_at?: string; readonly completed_at?: string; readonly phase: string };
}

/** The documents of all files in the order of installation, hooks apart. */
export function sortedManifests(files: readonly ChartFile[]): {
  readonly manifests: readonly Manifest[];
  readonly hooks: readonly Hook[];
} {
  const manifests: Manifest[] = [];
  const hooks: (Hook & { readonly rank: number })[] = [];
  for (const { name: path, data } of [...files].sort((one, other) => (one.name < other.name ? -1 : 1))) {
    for (const text of documents(data)) {
      const object = objectOf(path, text);
      if (object === undefined) continue;
      const hook = hookOf(path, text, object);
      if (hook) hooks.push({ ...hook, rank: rankOf(object.kind) });
      else manifests.push({ path, text, object });
    }
  }
  return {
    manifests: inOrder(manifests),
    hooks: hooks.sort((one, other) => one.rank - other.rank).map(({ rank: _, ...hook }) => hook),
  };
}

/** The documents of a text, trimmed; empty ones are left out. */
export function documents(text: string): string[] {
  return text
    .trim()
    .split(/(?:^|\s*\n)---\s*/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function rankOf(kind: string): number {
  const rank = INSTALL_ORDER.indexOf(kind);
  return rank < 0 ? INSTALL_ORDER.length : rank;
}

function inOrder(manifests: readonly Manifest[]): Manifest[] {
  return [...manifests].sort(({ object: one }, { object: other }) => {
    const difference = rankOf(one.kind) - rankOf(other.kind);
    if (difference !== 0 || rankOf(one.kind) < INSTALL_ORDER.length || one.kind === other.kind) return difference;
    return (one.kind ?? '') < (other.kind ?? '') ? -1 : 1;
  });
}

function objectOf(path: string, text: string): KubeObject | undefined {
  try {
    const object = fromYaml(text);
    return object === null || object === undefined ? undefined : (object as KubeObject);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    throw new HelmFailure(
      `YAML parse error on ${path}: ${error.text.replace(/^error: /, '').replace('yaml: line 1: ', 'yaml: ')}`,
    );
  }
}

function hookOf(path: string, manifest: string, object: KubeObject): Hook | undefined {
  const annotations = object.metadata?.annotations ?? {};
  const listed = annotations['helm.sh/hook'];
  if (listed === undefined) return undefined;
  const events = listed
    .split(',')
    .map((event) => event.trim().toLowerCase())
    .map((event) => (event === 'test-success' ? 'test' : event));
  const weight = Number.parseInt(annotations['helm.sh/hook-weight'] ?? '0', 10) || 0;
  const policies = annotations['helm.sh/hook-delete-policy']?.split(',').map((policy) => policy.trim().toLowerCase());
  return {
    name: object.metadata?.name ?? '',
    kind: object.kind,
    path,
    manifest,
    events,
    last_run: { phase: '' },
    ...(weight === 0 ? {} : { weight }),
    ...(policies ? { delete_policies: policies } : {}),
  };
}

/** The manifests as one text, as a release keeps it. */
export function manifestText(manifests: readonly Manifest[]): string {
  return manifests.map(({ path, text }) => `---\n# Source: ${path}\n${text}\n`).join('');
}

/** The objects of a release's text. */
export function objectsOf(manifest: string): Manifest[] {
  return documents(manifest).flatMap((text) => {
    const path = /^# Source: (.*)$/m.exec(text)?.[1] ?? '';
    const object = objectOf(path, text);
    return object === undefined ? [] : [{ path, text, object }];
  });
}
