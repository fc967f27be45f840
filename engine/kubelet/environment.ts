import { ApiError } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { milliValue, wholeValue } from '../quantity.ts';
import type { Turn } from '../sim/turn.ts';
import { ConfigError } from './environment-error.ts';
import { type FileKeyRef, fileValue } from './environment-file.ts';
import { type Container, kubeletClient } from './pod.ts';

/** What the downward API can tell of the moment. */
export interface PodFacts {
  readonly podIP: string;
  readonly hostIP: string;
  readonly nodeName: string;
}

/** Name of an environment variable (`IsEnvVarName`): anything but `=`, and no control characters. */
const VARIABLE = /^[ -<>-~]+$/;

/**
 * The variables of a container in order of precedence: services, `envFrom`, then `env`, whose values may name earlier
 * ones as `$(NAME)`. Source: `makeEnvironmentVariables` in `pkg/kubelet/kubelet_pods.go`.
 */
export function environmentOf(
  turn: Turn,
  pod: KubeObject,
  container: Container,
  facts: PodFacts,
): Readonly<Record<string, string>> {
  const services = serviceEnvironment(turn, pod);
  if (!container.env && !container.envFrom) return services;
  const result: Record<string, string> = {};
  for (const source of container.envFrom ?? []) addSource(turn, pod, source, result);
  for (const { name, value, valueFrom } of container.env ?? []) {
    const found = valueFrom
      ? valueOfSource(turn, pod, container, valueFrom, facts)
      : expand(value ?? '', (key) => result[key] ?? services[key]);
    if (found !== undefined) result[name] = found;
  }
  return { ...services, ...result };
}

/** `$(NAME)` becomes its value, `$$` a dollar; what is unknown stays (`third_party/forked/golang/expansion`). */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (all, name?: string) =>
    name === undefined ? '$' : (lookup(name) ?? all),
  );
}

function addSource(
  turn: Turn,
  pod: KubeObject,
  source: {
    prefix?: string;
    configMapRef?: { name: string; optional?: boolean };
    secretRef?: { name: string; optional?: boolean };
  },
  result: Record<string, string>,
): void {
  const { configMapRef, secretRef, prefix = '' } = source;
  const reference = configMapRef ?? secretRef;
  if (!reference) return;
  const data = configMapRef ? configMapData(turn, pod, reference.name) : secretData(turn, pod, reference.name);
  if (!data) {
    if (reference.optional) return;
    throw new ConfigError(`${configMapRef ? 'configmap' : 'secret'} "${reference.name}" not found`);
  }
  for (const key of Object.keys(data).sort())
    if (VARIABLE.test(prefix + key)) result[prefix + key] = data[key] as string;
}

interface ValueSource {
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: ResourceFieldRef;
  readonly configMapKeyRef?: KeyRef;
  readonly secretKeyRef?: KeyRef;
  readonly fileKeyRef?: FileKeyRef;
}

interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

interface ResourceFieldRef {
  readonly containerName?: string;
  readonly resource: string;
  readonly divisor?: string;
}

function valueOfSource(
  turn: Turn,
  pod: KubeObject,
  container: Container,
  source: ValueSource,
  facts: PodFacts,
): string | undefined {
  if (source.fieldRef) return fieldValue(pod, source.fieldRef.fieldPath, facts);
  if (source.resourceFieldRef) return resourceValue(turn, pod, container, source.resourceFieldRef);
  if (source.fileKeyRef) return fileValue(turn, pod.metadata.uid, source.fileKeyRef);
  const reference = source.configMapKeyRef ?? source.secretKeyRef;
  if (!reference) return undefined;
  const isConfigMap = source.configMapKeyRef !== undefined;
  const data = isConfigMap ? configMapData(turn, pod, reference.name) : secretData(turn, pod, reference.name);
  const value = data?.[reference.key];
  if (value !== undefined || reference.optional) return value;
  if (!data) throw new ConfigError(`${isConfigMap ? 'configmap' : 'secret'} "${reference.name}" not found`);
  throw new ConfigError(
    `couldn't find key ${reference.key} in ${isConfigMap ? 'ConfigMap' : 'Secret'} ${pod.metadata.namespace}/${reference.name}`,
  );
}

/** The downward API's fields of a pod (`pkg/fieldpath`). */
export function fieldValue(pod: KubeObject, path: string, facts: PodFacts): string {
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (keyed) return pod.metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] as string] ?? '';
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return formatMap(pod.metadata.labels);
    case 'metadata.annotations':
      return formatMap(pod.metadata.annotations);
    case 'spec.nodeName':
      return facts.nodeName;
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.podIP':
    case 'status.podIPs':
      return facts.podIP;
    case 'status.hostIP':
    case 'status.hostIPs':
      return facts.hostIP;
    default:
      throw new ConfigError(`unsupported fieldPath: ${path}`);
  }
}

function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.keys(map ?? {})
    .sort()
    .map((key) => `${key}=${JSON.stringify(map?.[key])}`)
    .join('\n');
}

/** A container's own request or limit; a limit that is not set is what the node can give. */
export function resourceValue(turn: Turn, pod: KubeObject, container: Container, reference: ResourceFieldRef): string {
  const named: Container = reference.containerName
    ? ((pod.spec.containers as Container[]).find(({ name }) => name === reference.containerName) ?? container)
    : container;
  const [side = '', resource = ''] = reference.resource.split('.');
  const allocatable = turn.memory.get<Record<string, string>>('allocatable') ?? {};
  const quantity = named.resources?.[side]?.[resource] ?? (side === 'limits' ? allocatable[resource] : '0');
  if (resource === 'cpu') return String(Math.ceil(milliValue(quantity) / milliValue(divisorOf(reference))));
  return String(Math.ceil(wholeValue(quantity) / wholeValue(divisorOf(reference))));
}

function divisorOf({ divisor }: ResourceFieldRef): string {
  return divisor === undefined || divisor === '0' ? '1' : divisor;
}

/** `{SERVICE}_SERVICE_HOST` and the docker link variables of the services that existed when the container started. */
function serviceEnvironment(turn: Turn, pod: KubeObject): Readonly<Record<string, string>> {
  const services = turn.cache('services');
  const kubernetes = services.get('default', 'kubernetes');
  const linked = pod.spec.enableServiceLinks === false ? [] : services.list(pod.metadata.namespace ?? '');
  const chosen = kubernetes && !linked.includes(kubernetes) ? [kubernetes, ...linked] : linked;
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) return variablesOf(only);
  const result: Record<string, string> = {};
  for (const service of chosen) Object.assign(result, variablesOf(service));
  return result;
}

const SERVICE_VARIABLES = new WeakMap<KubeObject, Record<string, string>>();

/** Source: `pkg/kubelet/envvars/envvars.go`. */
function variablesOf(service: KubeObject): Record<string, string> {
  let result = SERVICE_VARIABLES.get(service);
  if (result) return result;
  result = {};
  SERVICE_VARIABLES.set(service, result);
  const address: string | undefined = service.spec.clusterIP;
  const ports: readonly { name?: string; port: number; protocol?: string }[] = service.spec.ports ?? [];
  const [first] = ports;
  if (!address || address === 'None' || !first) return result;
  const name = service.metadata.name.toUpperCase().replaceAll('-', '_');
  result[`${name}_SERVICE_HOST`] = address;
  result[`${name}_SERVICE_PORT`] = String(first.port);
  for (const port of ports)
    if (port.name) result[`${name}_SERVICE_PORT_${port.name.toUpperCase().replaceAll('-', '_')}`] = String(port.port);
  result[`${name}_PORT`] = `${(first.protocol ?? 'TCP').toLowerCase()}://${address}:${first.port}`;
  for (const { port, protocol = 'TCP' } of ports) {
    const prefix = `${name}_PORT_${port}_${protocol.toUpperCase()}`;
    result[prefix] = `${protocol.toLowerCase()}://${address}:${port}`;
    result[`${prefix}_PROTO`] = protocol.toLowerCase();
    result[`${prefix}_PORT`] = String(port);
    result[`${prefix}_ADDR`] = address;
  }
  return result;
}

/**
 * What a volume shows of a ConfigMap in the pod's namespace, read from the API server; undefined when there is none.
 */
export function configMapFiles(
  turn: Turn,
  pod: KubeObject,
  name: string,
): Readonly<Record<string, string>> | undefined {
  const found = read(turn, 'configmaps', pod, name);
  return found?.binaryData ? { ...decoded(found.binaryData), ...found.data } : found && (found.data ?? {});
}

/** What variables can be made of: binary data are for volumes only (`makeEnvironmentVariables`). */
function configMapData(turn: Turn, pod: KubeObject, name: string): Readonly<Record<string, string>> | undefined {
  const found = read(turn, 'configmaps', pod, name);
  return found && (found.data ?? {});
}

/** Data of a Secret, decoded. */
export function secretData(turn: Turn, pod: KubeObject, name: string): Record<string, string> | undefined {
  const found = read(turn, 'secrets', pod, name);
  return found && decoded(found.data);
}

/** How long an object that was read serves other pods too: a kubelet reads through a cache, never for every pod anew. */
const CACHE_TIME = 1000;

function read(turn: Turn, resource: string, pod: KubeObject, name: string): KubeObject | undefined {
  const cell = `config/${resource}/${pod.metadata.namespace}/${name}`;
  const known = turn.memory.get<{ object: KubeObject; at: number }>(cell);
  if (known && turn.now - known.at < CACHE_TIME) return known.object;
  try {
    const object = kubeletClient(turn).get(resource, pod.metadata.namespace ?? '', name);
    turn.memory.set(cell, { object, at: turn.now });
    return object;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

function decoded(data: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  for (const key in data) result[key] = decodeBase64(data[key] as string);
  return result;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 to text, bytes read as UTF-8. */
function decodeBase64(text: string): string {
  let escaped = '';
  let bits = 0;
  let count = 0;
  for (const letter of text.replace(/[=\s]/g, '')) {
    bits = (bits << 6) | BASE64.indexOf(letter);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    escaped += `%${((bits >> count) & 255).toString(16).padStart(2, '0')}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}
