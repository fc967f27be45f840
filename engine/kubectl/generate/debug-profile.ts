import type { KubeObject } from '../../object.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

/** How something is debugged: with a container in the pod, with a copy of it, or with a pod on a node. */
export type DebugStyle = 'ephemeral' | 'copy' | 'node';

/** What a copy of a pod keeps. */
export interface Kept {
  readonly labels: boolean;
  readonly annotations: boolean;
  readonly liveness: boolean;
  readonly readiness: boolean;
  readonly startup: boolean;
  readonly initContainers: boolean;
}

/** Changes a container. */
type Change = (container: Any) => Any;

export const PROFILES = ['legacy', 'general', 'baseline', 'restricted', 'netadmin', 'sysadmin'] as const;
export type Profile = (typeof PROFILES)[number];

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Changes the first container of a name, wherever it is. */
function changeContainer(pod: KubeObject, name: string, change: Change): KubeObject {
  for (const list of LISTS) {
    const containers = (pod.spec[list] ?? []) as Any[];
    const index = containers.findIndex((container) => container.name === name);
    if (index < 0) continue;
    return { ...pod, spec: { ...pod.spec, [list]: containers.with(index, change(containers[index])) } };
  }
  return pod;
}

function secured(fields: object): Change {
  return (container) => ({ ...container, securityContext: { ...container.securityContext, ...fields } });
}

function withCapabilities(...added: readonly string[]): Change {
  return (container) => {
    const { capabilities } = container.securityContext ?? {};
    return secured({ capabilities: { ...capabilities, add: [...(capabilities?.add ?? []), ...added] } })(container);
  };
}

function withoutSecurityContext({ securityContext: _, ...container }: Any): Any {
  return container;
}

function restricted(container: Any): Any {
  return {
    ...container,
    securityContext: {
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

function withHostNamespaces(pod: KubeObject): KubeObject {
  return { ...pod, spec: { ...pod.spec, hostNetwork: true, hostPID: true, hostIPC: true } };
}

function withHostRoot(pod: KubeObject, name: string): KubeObject {
  const volume = { name: 'host-root', hostPath: { path: '/' } };
  const mount = { name: 'host-root', mountPath: '/host' };
  const mounted = changeContainer(pod, name, (container) => ({
    ...container,
    volumeMounts: [...(container.volumeMounts ?? []), mount],
  }));
  return { ...mounted, spec: { ...mounted.spec, volumes: [...(mounted.spec.volumes ?? []), volume] } };
}

/** A copy without what would make others take it for the original. */
function stripped(pod: KubeObject, kept: Kept): KubeObject {
  const { labels, annotations, ...metadata } = pod.metadata;
  const { initContainers, ...spec } = pod.spec;
  const containers = (spec.containers as Any[]).map(
    ({ livenessProbe, readinessProbe, startupProbe, ...container }) => ({
      ...container,
      ...(kept.liveness && livenessProbe ? { livenessProbe } : {}),
      ...(kept.readiness && readinessProbe ? { readinessProbe } : {}),
      ...(kept.startup && startupProbe ? { startupProbe } : {}),
    }),
  );
  return {
    ...pod,
    metadata: {
      ...metadata,
      ...(kept.labels && labels ? { labels } : {}),
      ...(kept.annotations && annotations ? { annotations } : {}),
    } as KubeObject['metadata'],
    spec: {
      shareProcessNamespace: true,
      ...spec,
      ...(kept.initContainers && initContainers ? { initContainers } : {}),
      containers,
    },
  };
}

/** What a profile does to the container, whatever is debugged. */
const ALWAYS: Readonly<Partial<Record<Profile, Change>>> = {
  baseline: withoutSecurityContext,
  restricted,
  netadmin: withCapabilities('NET_ADMIN', 'NET_RAW'),
  sysadmin: secured({ privileged: true }),
};

/** Applies a debugging profile to a container of a pod. Source: `k8s.io/kubectl/pkg/cmd/debug/profiles.go`. */
export function profiled(pod: KubeObject, name: string, profile: Profile, style: DebugStyle, kept: Kept): KubeObject {
  const change = ALWAYS[profile];
  const changed = change ? changeContainer(pod, name, change) : pod;
  switch (style) {
    case 'node':
      return profiledNode(changed, name, profile);
    case 'copy': {
      if (profile === 'legacy') {
        const { labels: _, ...metadata } = changed.metadata;
        return { ...changed, metadata: metadata as KubeObject['metadata'] };
      }
      const copy = stripped(changed, kept);
      return profile === 'general' ? changeContainer(copy, name, withCapabilities('SYS_PTRACE')) : copy;
    }
    default:
      return profile === 'general' ? changeContainer(changed, name, withCapabilities('SYS_PTRACE')) : changed;
  }
}

function profiledNode(pod: KubeObject, name: string, profile: Profile): KubeObject {
  const hasRoot = ['legacy', 'general', 'sysadmin'].includes(profile);
  const rooted = hasRoot ? withHostRoot(pod, name) : pod;
  const cleared = profile === 'general' ? changeContainer(rooted, name, withoutSecurityContext) : rooted;
  return hasRoot || profile === 'netadmin' ? withHostNamespaces(cleared) : cleared;
}
