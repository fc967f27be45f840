import { procMount } from './baseline.ts';
import {
  type Check,
  type CheckedPod,
  type Container,
  containerNames,
  containersOf,
  distinct,
  hasUserNamespace,
  isWindows,
  plural,
  quoted,
  setters,
  type Violation,
} from './check.ts';
import { seccompRestricted } from './seccomp.ts';

type Rule = (pod: CheckedPod) => Violation | undefined;

const NOT_ROOT = 'runAsNonRoot != true';
const CAPABILITIES_BASELINE = ['capabilities_baseline'];

const ALLOWED_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const OTHER_VOLUMES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
];

/** Restricted: what current practice asks of a pod besides the baseline. Source: `k8s.io/pod-security-admission/policy`. */
export const RESTRICTED_CHECKS: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    versions: [
      { since: 8, check: privilegeEscalation },
      { since: 25, check: notOnWindows(privilegeEscalation) },
    ],
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    versions: [
      { since: 22, check: capabilities, overrides: CAPABILITIES_BASELINE },
      { since: 25, check: notOnWindows(capabilities), overrides: CAPABILITIES_BASELINE },
    ],
  },
  {
    id: 'procMount_restricted',
    level: 'restricted',
    versions: [{ since: 35, check: procMount, overrides: ['procMount'] }],
  },
  {
    id: 'restrictedVolumes',
    level: 'restricted',
    versions: [{ since: 0, check: volumes, overrides: ['hostPathVolumes'] }],
  },
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    versions: [
      { since: 0, check: runAsNonRoot },
      { since: 35, check: notInUserNamespace(runAsNonRoot) },
    ],
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    versions: [
      { since: 23, check: runAsUser },
      { since: 35, check: notInUserNamespace(runAsUser) },
    ],
  },
  seccompRestricted,
];

function notOnWindows(rule: Rule): Rule {
  return (pod) => (isWindows(pod) ? undefined : rule(pod));
}

function notInUserNamespace(rule: Rule): Rule {
  return (pod) => (hasUserNamespace(pod) ? undefined : rule(pod));
}

function namesOf(containers: readonly Container[]): readonly string[] {
  return containers.map(({ name }) => name);
}

function privilegeEscalation(pod: CheckedPod): Violation | undefined {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containerNames(namesOf(bad))} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function capabilities(pod: CheckedPod): Violation | undefined {
  const added = ({ securityContext }: Container): readonly string[] =>
    (securityContext?.capabilities?.add ?? []).filter((capability: string) => capability !== 'NET_BIND_SERVICE');
  const keeping = containersOf(pod).filter(
    ({ securityContext }) => !(securityContext?.capabilities?.drop?.includes('ALL') ?? false),
  );
  const adding = containersOf(pod).filter((container) => added(container).length > 0);
  const details = [
    ...(keeping.length === 0
      ? []
      : [`${containerNames(namesOf(keeping))} must set securityContext.capabilities.drop=["ALL"]`]),
    ...(adding.length === 0
      ? []
      : [
          `${containerNames(namesOf(adding))} must not include ${quoted(distinct(adding.flatMap(added)))} in securityContext.capabilities.add`,
        ]),
  ];
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
}

function volumes({ spec }: CheckedPod): Violation | undefined {
  const bad: readonly Container[] = (spec?.volumes ?? []).filter(
    (volume: Container) => !ALLOWED_VOLUMES.some((type) => volume[type] !== undefined),
  );
  if (bad.length === 0) return undefined;
  const types = distinct(bad.map((volume) => OTHER_VOLUMES.find((type) => volume[type] !== undefined) ?? 'unknown'));
  const who = `${plural('volume', 'volumes', bad.length)} ${quoted(namesOf(bad))} ${plural('uses', 'use', bad.length)}`;
  const what = `${plural('restricted volume type', 'restricted volume types', types.length)} ${quoted(types)}`;
  return { reason: 'restricted volume types', detail: `${who} ${what}` };
}

function runAsNonRoot(pod: CheckedPod): Violation | undefined {
  const ofPod: boolean | undefined = pod.spec?.securityContext?.runAsNonRoot;
  const explicit = containersOf(pod).filter(({ securityContext }) => securityContext?.runAsNonRoot === false);
  const who = setters(ofPod === false, namesOf(explicit));
  if (who !== '') return { reason: NOT_ROOT, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  const implicit =
    ofPod === true
      ? []
      : containersOf(pod).filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (implicit.length === 0) return undefined;
  const names = containerNames(namesOf(implicit));
  return { reason: NOT_ROOT, detail: `pod or ${names} must set securityContext.runAsNonRoot=true` };
}

function runAsUser(pod: CheckedPod): Violation | undefined {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.runAsUser === 0);
  const who = setters(pod.spec?.securityContext?.runAsUser === 0, namesOf(bad));
  return who === '' ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
}
