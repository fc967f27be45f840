import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { validatePod, validatePodStatusUpdate, validatePodUpdate } from '../validation/pod.ts';
import { defineKind, STATUS } from './define.ts';
import { type Fields, mapList } from './fields.ts';
import type { WriteContext } from './kind.ts';
import { withPodDefaults } from './pod-defaults.ts';
import { withMergedLabelKeys } from './pod-label-keys.ts';
import { POD_PARTS } from './pod-parts.ts';
import { podWarnings } from './pod-warnings.ts';
import { qosClass } from './qos.ts';

const CONNECT: readonly string[] = ['create', 'get'];
const PROXY: readonly string[] = ['create', 'delete', 'get', 'patch', 'update'];

/** Source: `pkg/registry/core/pod/strategy.go`. */
export const pod = defineKind({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  subresources: [
    { name: 'attach', body: { group: '', version: 'v1', kind: 'PodAttachOptions' }, verbs: CONNECT },
    { name: 'binding', body: { group: '', version: 'v1', kind: 'Binding' }, verbs: ['create'] },
    { name: 'ephemeralcontainers', verbs: ['get', 'patch', 'update'] },
    { name: 'eviction', body: { group: 'policy', version: 'v1', kind: 'Eviction' }, verbs: ['create'] },
    { name: 'exec', body: { group: '', version: 'v1', kind: 'PodExecOptions' }, verbs: CONNECT },
    { name: 'log', verbs: ['get'] },
    { name: 'portforward', body: { group: '', version: 'v1', kind: 'PodPortForwardOptions' }, verbs: CONNECT },
    { name: 'proxy', body: { group: '', version: 'v1', kind: 'PodProxyOptions' }, verbs: PROXY },
    { name: 'resize', verbs: ['get', 'patch', 'update'] },
    STATUS,
  ],
  hasGeneration: true,
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec?.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec?.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec?.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec?.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIP ?? '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },
  setDefaults: (object) => withAddresses(withPodDefaults(object)),
  prepareForCreate,
  prepareStatusUpdate: (next, previous) => {
    const given = next.status ?? {};
    return given.qosClass === undefined && previous.status?.qosClass !== undefined
      ? { ...next, status: { ...given, qosClass: previous.status.qosClass } }
      : next;
  },
  warnings: (object, previous) => (previous === undefined ? podWarnings(object) : []),
  validate: validatePod,
  validatesUpdateAsNew: true,
  validateUpdate: validatePodUpdate,
  validateStatusUpdate: validatePodStatusUpdate,
  parts: POD_PARTS,
  gracefulDeletion: ({ spec, status }, requested) => {
    const seconds = requested ?? spec?.terminationGracePeriodSeconds ?? 30;
    const isFinished = status?.phase === 'Failed' || status?.phase === 'Succeeded';
    if (!spec?.nodeName || isFinished) return 0;
    return seconds < 0 ? 1 : seconds;
  },
});

function prepareForCreate(given: KubeObject, { now }: WriteContext): KubeObject {
  const object = withAppArmorProfiles(withMergedLabelKeys(given));
  const status: Record<string, unknown> = { phase: 'Pending', qosClass: qosClass(object.spec) };
  if ((object.spec.schedulingGates?.length ?? 0) > 0) {
    status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: timestamp(now),
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
  }
  return { ...object, status };
}

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** The old annotation of a container's AppArmor profile still works: it fills in the field. */
function withAppArmorProfiles(object: KubeObject): KubeObject {
  const annotations = object.metadata.annotations;
  let found = false;
  for (const key in annotations) if (key.startsWith(APP_ARMOR)) found = true;
  if (!found) return object;
  const containers = mapList(object.spec.containers, (container) => {
    const appArmorProfile = appArmorProfileOf(annotations?.[`${APP_ARMOR}${container.name}`]);
    if (appArmorProfile === undefined || container.securityContext?.appArmorProfile !== undefined) return container;
    return { ...container, securityContext: { ...container.securityContext, appArmorProfile } };
  });
  return { ...object, spec: { ...object.spec, containers } };
}

function appArmorProfileOf(text: string | undefined): Fields | undefined {
  if (text === 'runtime/default') return { type: 'RuntimeDefault' };
  if (text === 'unconfined') return { type: 'Unconfined' };
  return text?.startsWith('localhost/')
    ? { type: 'Localhost', localhostProfile: text.slice('localhost/'.length) }
    : undefined;
}

/** `podIP` is the first of `podIPs`, `hostIP` the first of `hostIPs` (`pkg/apis/core/v1/conversion.go`). */
function withAddresses(object: KubeObject): KubeObject {
  const status = object.status;
  if (status?.podIP === undefined || status.podIPs !== undefined) return object;
  return { ...object, status: { ...status, podIPs: [{ ip: status.podIP }] } };
}
