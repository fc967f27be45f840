import type { KubeObject } from '../../object.ts';
import { containerResources, isPodLevelResource } from '../../quota/pod-resources.ts';
import type { Fields } from './fields.ts';
import { mapList, withDefaults, withField } from './fields.ts';

/*
 * Defaults of pod specs (`pkg/apis/core/v1/defaults.go`). Everything returns the same reference where nothing is
 * missing, so that a spec out of the store passes untouched.
 */

const HTTP_GET = { path: '/', scheme: 'HTTP' };
const PROBE = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const CONTAINER = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' };
const POD_SPEC = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
};
const MODE_0644 = { defaultMode: 420 };

/** Specs that have all their defaults. Immutable objects: what is settled once stays so. */
const settled = new WeakSet<object>();

/** Defaults of a pod spec, in a pod or in a template. */
function withPodSpecDefaults(given: Fields): Fields {
  if (settled.has(given)) return given;
  let spec = withDefaults(given, POD_SPEC);
  const hostNetwork = spec.hostNetwork === true;
  spec = withField(
    spec,
    'containers',
    mapList(spec.containers, (container) => withContainerDefaults(container, hostNetwork)),
  );
  spec = withField(
    spec,
    'initContainers',
    mapList(spec.initContainers, (container) => withContainerDefaults(container, hostNetwork)),
  );
  spec = withField(
    spec,
    'ephemeralContainers',
    mapList(spec.ephemeralContainers, (container) => withContainerDefaults(container, false)),
  );
  spec = withField(spec, 'volumes', mapList(spec.volumes, withVolumeDefaults));
  spec = withServiceAccountNames(spec);
  settled.add(spec);
  return spec;
}

/** `serviceAccount` is the old name of `serviceAccountName`; both are always written. */
function withServiceAccountNames(spec: Fields): Fields {
  const name = spec.serviceAccountName ?? spec.serviceAccount;
  if (name === undefined || (spec.serviceAccountName === name && spec.serviceAccount === name)) return spec;
  return { ...spec, serviceAccountName: name, serviceAccount: name };
}

function withContainerDefaults(given: Fields, hostNetwork: boolean): Fields {
  let container = withDefaults(given, CONTAINER);
  if (container.imagePullPolicy === undefined)
    container = { ...container, imagePullPolicy: pullPolicy(container.image ?? '') };
  container = withField(container, 'livenessProbe', withProbeDefaults(container.livenessProbe));
  container = withField(container, 'readinessProbe', withProbeDefaults(container.readinessProbe));
  container = withField(container, 'startupProbe', withProbeDefaults(container.startupProbe));
  container = withField(container, 'env', mapList(container.env, withEnvironmentDefaults));
  if (hostNetwork) container = withField(container, 'ports', mapList(container.ports, withHostPort));
  return container.lifecycle === undefined
    ? container
    : withField(container, 'lifecycle', withLifecycleDefaults(container.lifecycle));
}

/** `:latest` and no tag at all mean Always; any other tag or a digest means IfNotPresent. */
export function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  return colon < 0 || name.slice(colon + 1) === 'latest' ? 'Always' : 'IfNotPresent';
}

function withHostPort(port: Fields): Fields {
  return port.hostPort ? port : { ...port, hostPort: port.containerPort };
}

function withProbeDefaults(given: Fields | undefined): Fields | undefined {
  if (given === undefined) return undefined;
  const probe = withHandlerDefaults(withDefaults(given, PROBE));
  return probe.grpc !== undefined && (probe.grpc.service ?? null) === null
    ? { ...probe, grpc: { ...probe.grpc, service: '' } }
    : probe;
}

function withHandlerDefaults(handler: Fields): Fields {
  return handler.httpGet === undefined
    ? handler
    : withField(handler, 'httpGet', withDefaults(handler.httpGet, HTTP_GET));
}

/** `stopSignal` is dropped: its feature gate is off. */
function withLifecycleDefaults(given: Fields): Fields {
  const { stopSignal, ...rest } = given;
  let lifecycle: Fields = stopSignal === undefined ? given : rest;
  if (lifecycle.postStart !== undefined)
    lifecycle = withField(lifecycle, 'postStart', withHandlerDefaults(lifecycle.postStart));
  if (lifecycle.preStop !== undefined)
    lifecycle = withField(lifecycle, 'preStop', withHandlerDefaults(lifecycle.preStop));
  return lifecycle;
}

function withEnvironmentDefaults(variable: Fields): Fields {
  const source = variable.valueFrom;
  if (source?.fieldRef !== undefined) return withField(variable, 'valueFrom', withFieldRefDefaults(source));
  if (source?.fileKeyRef !== undefined)
    return withField(
      variable,
      'valueFrom',
      withField(source, 'fileKeyRef', withDefaults(source.fileKeyRef, { optional: false })),
    );
  return variable;
}

function withFieldRefDefaults(holder: Fields): Fields {
  return holder.fieldRef === undefined
    ? holder
    : withField(holder, 'fieldRef', withDefaults(holder.fieldRef, { apiVersion: 'v1' }));
}

const VOLUME_RULES: Readonly<Record<string, (source: Fields) => Fields>> = {
  secret: (source) => withDefaults(source, MODE_0644),
  configMap: (source) => withDefaults(source, MODE_0644),
  downwardAPI: (source) =>
    withField(withDefaults(source, MODE_0644), 'items', mapList(source.items, withFieldRefDefaults)),
  projected: (source) =>
    withField(withDefaults(source, MODE_0644), 'sources', mapList(source.sources, withProjectionDefaults)),
  hostPath: (source) => withDefaults(source, { type: '' }),
  image: (source) =>
    source.pullPolicy === undefined ? { ...source, pullPolicy: pullPolicy(source.reference ?? '') } : source,
  azureDisk: (source) => withDefaults(source, { readOnly: false }),
  ephemeral: withEphemeralDefaults,
};

/** A volume of no kind is an emptyDir. */
function withVolumeDefaults(volume: Fields): Fields {
  let sources = 0;
  let result = volume;
  for (const name in volume) {
    if (name === 'name') continue;
    sources++;
    const rule = VOLUME_RULES[name];
    if (rule !== undefined) result = withField(result, name, rule(volume[name]));
  }
  return sources === 0 ? { ...volume, emptyDir: {} } : result;
}

function withProjectionDefaults(source: Fields): Fields {
  if (source.serviceAccountToken !== undefined) {
    return withField(
      source,
      'serviceAccountToken',
      withDefaults(source.serviceAccountToken, { expirationSeconds: 3600 }),
    );
  }
  if (source.downwardAPI === undefined) return source;
  return withField(
    source,
    'downwardAPI',
    withField(source.downwardAPI, 'items', mapList(source.downwardAPI.items, withFieldRefDefaults)),
  );
}

function withEphemeralDefaults(source: Fields): Fields {
  const template = source.volumeClaimTemplate;
  if (template?.spec === undefined || template.spec.volumeMode !== undefined) return source;
  return { ...source, volumeClaimTemplate: { ...template, spec: { ...template.spec, volumeMode: 'Filesystem' } } };
}

/** Defaults of a whole pod: those of its spec, and requests that follow from limits. */
export function withPodDefaults(pod: KubeObject): KubeObject {
  const spec = pod.spec;
  let result = defaulted.get(spec);
  if (result === undefined) {
    result = withOwnDefaults(spec);
    defaulted.set(spec, result);
    if (result !== spec) defaulted.set(result, result);
  }
  return result === spec ? pod : { ...pod, spec: result };
}

/** Specs of pods with all their defaults, by the specs given: pods of one template are given the same. */
const defaulted = new WeakMap<object, Fields>();

function withOwnDefaults(spec: Fields): Fields {
  let result = withDefaults(withPodSpecDefaults(spec), { enableServiceLinks: true });
  result = withField(result, 'containers', mapList(result.containers, withRequestDefaults));
  result = withField(result, 'initContainers', mapList(result.initContainers, withRequestDefaults));
  if (result.terminationGracePeriodSeconds < 0) result = { ...result, terminationGracePeriodSeconds: 1 };
  if (result.resources !== undefined) result = withField(result, 'resources', withPodResources(result));
  return result;
}

function withRequestDefaults(container: Fields): Fields {
  const limits: Fields | undefined = container.resources?.limits;
  if (limits === undefined) return container;
  const requests = withDefaults(container.resources.requests ?? {}, limits);
  return requests === container.resources.requests
    ? container
    : { ...container, resources: { ...container.resources, requests } };
}

/**
 * What is set for the pod as a whole follows, where it is left out, from what its containers have, and requests then
 * from limits. Huge pages are never requested without a limit (`defaultHugePagePodLimits`, `defaultPodRequests`).
 */
function withPodResources(spec: Fields): Fields {
  const { limits: given = {}, requests = {} } = spec.resources;
  if (Object.keys(given).length === 0 && Object.keys(requests).length === 0) return spec.resources;
  const pages = amountsOf(
    containerResources(spec, 'limits'),
    (name) => isHugePage(name) && requests[name] === undefined,
  );
  const limits = withDefaults(given, pages);
  if (Object.keys(limits).length === 0) return spec.resources;
  const requested = amountsOf(containerResources(spec, 'requests'), (name) => !isHugePage(name));
  const podLimits = amountsOf(limits, () => true);
  const defaulted = withDefaults(withDefaults(requests, requested), podLimits);
  return withField(withField(spec.resources, 'limits', limits), 'requests', defaulted);
}

function isHugePage(name: string): boolean {
  return name.startsWith('hugepages-');
}

function amountsOf(amounts: Fields, isWanted: (name: string) => boolean): Fields {
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => isPodLevelResource(name) && isWanted(name)));
}

/** Defaults of a pod template. */
export function withTemplateDefaults(template: Fields | undefined): Fields | undefined {
  if (template?.spec === undefined) return template;
  return withField(template, 'spec', withPodSpecDefaults(template.spec));
}
