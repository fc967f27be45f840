import { changeFields, type FieldSpec } from './fields.ts';
import type { BuiltResource } from './resource.ts';
import { withObject } from './resource.ts';

const WORKLOADS = ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'];
const METADATA: FieldSpec = { path: 'metadata/labels', create: true };

const TEMPLATES: readonly FieldSpec[] = [
  { path: 'spec/template/metadata/labels', kinds: [...WORKLOADS, 'ReplicationController', 'Job'], create: true },
  { path: 'spec/volumeClaimTemplates[]/metadata/labels', kinds: ['StatefulSet'], create: true },
  { path: 'spec/jobTemplate/metadata/labels', kinds: ['CronJob'], create: true },
  { path: 'spec/jobTemplate/spec/template/metadata/labels', kinds: ['CronJob'], create: true },
];

const AFFINITIES = ['podAffinity', 'podAntiAffinity'].flatMap((affinity) => [
  `affinity/${affinity}/preferredDuringSchedulingIgnoredDuringExecution[]/podAffinityTerm/labelSelector/matchLabels`,
  `affinity/${affinity}/requiredDuringSchedulingIgnoredDuringExecution[]/labelSelector/matchLabels`,
]);

/** Selectors: changing them changes which pods belong together. Source: kustomize's `commonlabels.go`. */
const SELECTORS: readonly FieldSpec[] = [
  { path: 'spec/selector', kinds: ['Service', 'ReplicationController'], create: true },
  { path: 'spec/selector/matchLabels', kinds: WORKLOADS, create: true },
  { path: 'spec/selector/matchLabels', kinds: ['Job', 'PodDisruptionBudget'] },
  { path: 'spec/jobTemplate/spec/selector/matchLabels', kinds: ['CronJob'] },
  { path: 'spec/podSelector/matchLabels', kinds: ['NetworkPolicy'] },
  { path: 'spec/ingress[]/from[]/podSelector/matchLabels', kinds: ['NetworkPolicy'] },
  { path: 'spec/egress[]/to[]/podSelector/matchLabels', kinds: ['NetworkPolicy'] },
  { path: 'spec/template/spec/topologySpreadConstraints[]/labelSelector/matchLabels', kinds: WORKLOADS },
  ...AFFINITIES.map((path) => ({ path: `spec/template/spec/${path}`, kinds: ['Deployment', 'StatefulSet'] })),
];

const ANNOTATIONS: readonly FieldSpec[] = [
  { path: 'metadata/annotations', create: true },
  { path: 'spec/template/metadata/annotations', kinds: [...WORKLOADS, 'ReplicationController', 'Job'], create: true },
  { path: 'spec/jobTemplate/metadata/annotations', kinds: ['CronJob'], create: true },
  { path: 'spec/jobTemplate/spec/template/metadata/annotations', kinds: ['CronJob'], create: true },
];

/** One entry of the field `labels`. */
export interface LabelSet {
  readonly pairs?: Readonly<Record<string, string>>;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly { readonly path: string; readonly kind?: string; readonly create?: boolean }[];
}

function added(
  resource: BuiltResource,
  specs: readonly FieldSpec[],
  pairs: Readonly<Record<string, string>>,
): BuiltResource {
  const texts = Object.fromEntries(Object.entries(pairs).map(([key, value]) => [key, String(value)]));
  return withObject(
    resource,
    changeFields(resource.object, specs, (found) => ({ ...found, ...texts })),
  );
}

/** `commonLabels`: in metadata, templates and selectors. */
export function withCommonLabels(resource: BuiltResource, pairs: Readonly<Record<string, string>>): BuiltResource {
  return added(resource, [METADATA, ...TEMPLATES, ...SELECTORS], pairs);
}

export function withLabels(resource: BuiltResource, set: LabelSet): BuiltResource {
  const { pairs = {}, includeSelectors = false, includeTemplates = false, fields = [] } = set;
  const specs = [
    METADATA,
    ...(includeSelectors || includeTemplates ? TEMPLATES : []),
    ...(includeSelectors ? SELECTORS : []),
    ...fields.map(({ path, kind, create }) => ({
      path,
      ...(kind ? { kinds: [kind] } : {}),
      ...(create ? { create } : {}),
    })),
  ];
  return added(resource, specs, pairs);
}

export function withAnnotations(resource: BuiltResource, pairs: Readonly<Record<string, string>>): BuiltResource {
  return added(resource, ANNOTATIONS, pairs);
}
