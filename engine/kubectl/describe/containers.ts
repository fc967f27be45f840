import { milliValue, quantityValue, wholeValue } from '../../quantity.ts';
import { at } from '../codec/json.ts';
import type { Container, EnvVar } from '../pod-templates.ts';
import { dateText, Text } from './text.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

/** The containers of a pod (with their statuses) or of a template. Source: `k8s.io/kubectl/pkg/describe`, `describeContainers`. */
export function containerLines(
  title: string,
  containers: readonly Container[],
  statuses: readonly Any[] | undefined,
  indent: string,
  pod?: Any,
): string {
  const text = new Text();
  text.line(0, `${indent}${title}:${containers.length === 0 ? ' <none>' : ''}`);
  const write = (line: string) => text.line(0, line);
  for (const container of containers) {
    const status = statuses?.find((candidate) => candidate.name === container.name);
    write(`${indent === '' ? '  ' : '   '}${container.name}:`);
    basics(write, container, status);
    commands(write, container);
    if (status) state(write, status);
    resources(write, container);
    probes(write, container);
    environment(write, container, pod);
    mounts(write, container);
  }
  return text.toString();
}

type Write = (line: string) => void;

function basics(write: Write, container: Container, status: Any): void {
  if (status) write(`    Container ID:\t${status.containerID ?? ''}`);
  write(`    Image:\t${container.image ?? ''}`);
  if (status) write(`    Image ID:\t${status.imageID ?? ''}`);
  const ports = (container.ports ?? []) as Any[];
  const listed = (field: string) =>
    ports
      .map((port) => `${port[field] ?? 0}/${port.protocol ?? 'TCP'}${port.name ? ` (${port.name})` : ''}`)
      .join(', ') || '<none>';
  const plural = ports.length > 1 ? 's' : '';
  write(`    Port${plural}:\t${listed('containerPort')}`);
  write(`    Host Port${plural}:\t${listed('hostPort')}`);
  if (container.securityContext?.seccompProfile)
    write(`    SeccompProfile:\t${container.securityContext.seccompProfile.type}`);
}

function commands(write: Write, container: Container): void {
  for (const [title, words] of [
    ['Command', container.command],
    ['Args', container.args],
  ] as const) {
    if (!words?.length) continue;
    write(`    ${title}:`);
    for (const word of words) for (const line of word.split('\n')) write(`      ${line}`);
  }
}

function state(write: Write, status: Any): void {
  stateLines(write, 'State', status.state);
  if (at(status, 'lastState', 'terminated')) stateLines(write, 'Last State', status.lastState);
  write(`    Ready:\t${status.ready ? 'True' : 'False'}`);
  write(`    Restart Count:\t${status.restartCount ?? 0}`);
}

function stateLines(write: Write, title: string, state: Any): void {
  if (state?.running) {
    write(`    ${title}:\tRunning`);
    write(`      Started:\t${dateText(state.running.startedAt)}`);
  } else if (state?.terminated) {
    const { reason, message, exitCode, signal, startedAt, finishedAt } = state.terminated;
    write(`    ${title}:\tTerminated`);
    if (reason) write(`      Reason:\t${reason}`);
    if (message) write(`      Message:\t${message}`);
    write(`      Exit Code:\t${exitCode ?? 0}`);
    if (signal) write(`      Signal:\t${signal}`);
    write(`      Started:\t${startedAt ? dateText(startedAt) : 'Mon, 01 Jan 0001 00:00:00 +0000'}`);
    write(`      Finished:\t${finishedAt ? dateText(finishedAt) : 'Mon, 01 Jan 0001 00:00:00 +0000'}`);
  } else {
    write(`    ${title}:\tWaiting`);
    if (state?.waiting?.reason) write(`      Reason:\t${state.waiting.reason}`);
  }
}

function resources(write: Write, container: Container): void {
  for (const [title, values] of [
    ['Limits', container.resources?.limits],
    ['Requests', container.resources?.requests],
  ] as const) {
    const names = Object.keys(values ?? {}).sort();
    if (names.length === 0) continue;
    write(`    ${title}:`);
    for (const name of names) write(`      ${name}:\t${values?.[name]}`);
  }
}

function probes(write: Write, container: Container): void {
  for (const [title, probe] of [
    ['Liveness', container.livenessProbe],
    ['Readiness', container.readinessProbe],
    ['Startup', container.startupProbe],
  ] as const) {
    if (probe) write(`    ${title}:\t${probeText(probe)}`);
  }
}

/** `http-get http://:80/healthz delay=2s timeout=1s period=2s #success=1 #failure=2`. */
function probeText(probe: Any): string {
  const times = `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s period=${probe.periodSeconds ?? 0}s #success=${probe.successThreshold ?? 0} #failure=${probe.failureThreshold ?? 0}`;
  if (probe.exec) return `exec [${probe.exec.command.join(' ')}] ${times}`;
  if (probe.httpGet) {
    const { scheme = 'HTTP', host = '', port, path = '/' } = probe.httpGet;
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${path.startsWith('/') ? path : `/${path}`} ${times}`;
  }
  if (probe.tcpSocket) return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port} ${times}`;
  if (probe.grpc) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''} ${times}`;
  return `unknown ${times}`;
}

function environment(write: Write, container: Container, pod: Any): void {
  const sources = (container.envFrom ?? []) as Any[];
  if (sources.length > 0) write('    Environment Variables from:');
  for (const source of sources) {
    const [kind, reference] = source.configMapRef ? ['ConfigMap', source.configMapRef] : ['Secret', source.secretRef];
    const prefix = source.prefix ? ` with prefix '${source.prefix}'` : '';
    write(`      ${reference?.name}\t${kind}${prefix}\tOptional: ${reference?.optional ?? false}`);
  }
  const variables = container.env ?? [];
  write(`    Environment:${variables.length === 0 ? '\t<none>' : ''}`);
  for (const variable of variables) write(`      ${variable.name}:\t${variableText(variable, container, pod)}`);
}

function variableText({ value, valueFrom }: EnvVar, container: Container, pod: Any): string {
  if (!valueFrom) return (value ?? '').split('\n').join('\n        \t');
  if (valueFrom.fieldRef)
    return `${fieldValue(valueFrom.fieldRef.fieldPath, pod)} (${valueFrom.fieldRef.apiVersion ?? 'v1'}:${valueFrom.fieldRef.fieldPath})`;
  if (valueFrom.resourceFieldRef)
    return `${resourceText(container, valueFrom.resourceFieldRef)} (${valueFrom.resourceFieldRef.resource})`;
  const [what, reference] = valueFrom.secretKeyRef
    ? ['secret', valueFrom.secretKeyRef]
    : ['config map', valueFrom.configMapKeyRef];
  return `<set to the key '${reference?.key}' ${valueFrom.secretKeyRef ? 'in' : 'of'} ${what} '${reference?.name}'>\tOptional: ${reference?.optional ?? false}`;
}

/** The only two fields that kubectl's own scheme knows to be a pod's. */
function fieldValue(path: string, pod: Any): string {
  return path === 'metadata.name' || path === 'metadata.namespace' ? (at(pod, ...path.split('.')) ?? '') : '';
}

/** How many times the divisor goes into a request or limit of this very container. Source: `kubectl/pkg/util/resource`. */
function resourceText(container: Container, { resource, divisor }: { resource: string; divisor?: string }): string {
  const [side = '', ...rest] = resource.split('.');
  const name = rest.join('.');
  const amount = (container.resources as Any)?.[side]?.[name] ?? '0';
  const unit = quantityValue(divisor) === 0 ? '1' : divisor;
  const inUnits = name === 'cpu' ? milliValue(amount) / milliValue(unit) : wholeValue(amount) / wholeValue(unit);
  const text = String(Math.ceil(inUnits));
  return text === '0' && (resource === 'limits.cpu' || resource === 'limits.memory') ? 'node allocatable' : text;
}

function mounts(write: Write, container: Container): void {
  const list = [...((container.volumeMounts ?? []) as Any[])].sort((one, other) =>
    one.mountPath < other.mountPath ? -1 : 1,
  );
  write(`    Mounts:${list.length === 0 ? '\t<none>' : ''}`);
  for (const mount of list) {
    const flags = [mount.readOnly ? 'ro' : 'rw', ...(mount.subPath ? [`path="${mount.subPath}"`] : [])];
    write(`      ${mount.mountPath} from ${mount.name} (${flags.join(',')})`);
  }
}
