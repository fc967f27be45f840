import type { Fields } from '../kinds/fields.ts';
import { validateEnvironment, validateEnvironmentFrom } from './environment.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required, tooMany } from './field.ts';
import { validateMounts } from './mounts.ts';
import { dnsLabel, portName, portNumber } from './names.ts';
import { validateUsedClaims } from './pod-claims.ts';
import { validateLifecycle, validateLivenessProbe, validateReadinessProbe } from './probes.ts';
import { validateResources } from './resources.ts';
import { validateSecurityContext } from './security-context.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const RULE_ACTIONS = ['Restart', 'RestartAllContainers'];
const EXIT_CODE_OPERATORS = ['In', 'NotIn'];
const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;
const RESIZABLE = ['cpu', 'memory'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];

export function validateContainers(spec: Fields, path: string, errors: ErrorList): void {
  const containers: readonly Fields[] = spec.containers ?? [];
  if (containers.length === 0) errors.push(required(path));
  const names = new Set<string>();
  const hostPorts = new Set<string>();
  containers.forEach((container, index) => {
    const place = `${path}[${index}]`;
    validateCommon(container, spec, place, errors);
    checkUnique(container.name, names, `${place}.name`, errors);
    if (container.lifecycle !== undefined)
      validateLifecycle(container.lifecycle, `${place}.lifecycle`, spec.terminationGracePeriodSeconds, errors);
    validateProbes(container, place, errors);
    validateRestartPolicy(container, place, errors);
    checkHostPorts(container, hostPorts, place, errors);
  });
}

function checkUnique(name: string, names: Set<string>, path: string, errors: ErrorList): void {
  if (names.has(name)) errors.push(duplicate(path, name));
  names.add(name);
}

function validateProbes(container: Fields, path: string, errors: ErrorList): void {
  validateLivenessProbe(container.livenessProbe, `${path}.livenessProbe`, errors);
  validateReadinessProbe(container.readinessProbe, `${path}.readinessProbe`, errors);
  validateLivenessProbe(container.startupProbe, `${path}.startupProbe`, errors);
}

/** Source: `validateContainerRestartPolicy`. */
function validateRestartPolicy(container: Fields, path: string, errors: ErrorList): void {
  const { restartPolicy, restartPolicyRules: rules = [] } = container;
  if (restartPolicy !== undefined && !RESTART_POLICIES.includes(restartPolicy)) {
    errors.push(notSupported(`${path}.restartPolicy`, restartPolicy, RESTART_POLICIES));
  }
  if (rules.length > 0 && restartPolicy === undefined)
    errors.push(required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
  if (rules.length > MOST_RULES) errors.push(tooMany(`${path}.restartPolicyRules`, rules.length, MOST_RULES));
  (rules as readonly Fields[]).forEach(({ action, exitCodes }, index) => {
    const place = `${path}.restartPolicyRules[${index}]`;
    if (!RULE_ACTIONS.includes(action)) errors.push(notSupported(`${place}.action`, action ?? '', RULE_ACTIONS));
    if (exitCodes === undefined) errors.push(required(`${place}.exitCodes`, 'must be specified'));
    else validateExitCodes(exitCodes, `${place}.exitCodes`, errors);
  });
}

function validateExitCodes({ operator, values = [] }: Fields, path: string, errors: ErrorList): void {
  if (!EXIT_CODE_OPERATORS.includes(operator))
    errors.push(notSupported(`${path}.operator`, operator ?? '', EXIT_CODE_OPERATORS));
  if (values.length === 0) errors.push(invalid(`${path}.values`, values, 'must specify at least one value'));
  if (values.length > MOST_EXIT_CODES) errors.push(tooMany(`${path}.values`, values.length, MOST_EXIT_CODES));
}

function checkHostPorts(container: Fields, seen: Set<string>, path: string, errors: ErrorList): void {
  (container.ports ?? []).forEach((port: Fields, index: number) => {
    if (!port.hostPort) return;
    const identity = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
    checkUnique(identity, seen, `${path}.ports[${index}].hostPort`, errors);
  });
}

/** Init containers; with `restartPolicy: Always` they are sidecars and may have probes. */
export function validateInitContainers(spec: Fields, path: string, errors: ErrorList): void {
  const names = new Set<string>((spec.containers ?? []).map((container: Fields) => container.name));
  spec.initContainers.forEach((container: Fields, index: number) => {
    const place = `${path}[${index}]`;
    validateCommon(container, spec, place, errors);
    checkUnique(container.name, names, `${place}.name`, errors);
    if (container.restartPolicy === 'Always') {
      if (container.lifecycle !== undefined)
        validateLifecycle(container.lifecycle, `${place}.lifecycle`, spec.terminationGracePeriodSeconds, errors);
      validateProbes(container, place, errors);
      return;
    }
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
      if (container[name] !== undefined)
        errors.push(forbidden(`${place}.${name}`, 'may not be set for init containers without restartPolicy=Always'));
    }
    validateRestartPolicy(container, place, errors);
  });
}

const NOT_EPHEMERAL = [
  'ports',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'resources',
  'resizePolicy',
];

/** Ephemeral containers: for looking into a running pod, so without anything that outlives a look. */
export function validateEphemeralContainers(spec: Fields, path: string, errors: ErrorList): void {
  const others: readonly Fields[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const names = new Set<string>(others.map((container) => container.name));
  const targets = new Set(others.map((container) => container.name));
  spec.ephemeralContainers.forEach((container: Fields, index: number) => {
    const place = `${path}[${index}]`;
    validateCommon(container, spec, place, errors);
    checkUnique(container.name, names, `${place}.name`, errors);
    const target = container.targetContainerName;
    if (target && !targets.has(target))
      errors.push({
        type: 'FieldValueNotFound',
        field: `${place}.targetContainerName`,
        message: `Not found: "${target}"`,
      });
    for (const name of NOT_EPHEMERAL) {
      const isSet =
        name === 'resources' ? Object.keys(container.resources ?? {}).length > 0 : container[name] !== undefined;
      if (isSet) errors.push(forbidden(`${place}.${name}`, 'cannot be set for an Ephemeral Container'));
    }
    ((container.volumeMounts ?? []) as readonly Fields[]).forEach((mount, at) => {
      for (const name of ['subPath', 'subPathExpr'])
        if (mount[name])
          errors.push(forbidden(`${place}.volumeMounts[${at}].${name}`, 'cannot be set for an Ephemeral Container'));
    });
  });
}

/** What all containers have in common, in Kubernetes' order (`validateContainerCommon`). */
function validateCommon(container: Fields, spec: Fields, path: string, errors: ErrorList): void {
  const { name, image } = container;
  if (!name) errors.push(required(`${path}.name`));
  else for (const text of dnsLabel(name)) errors.push(invalid(`${path}.name`, name, text));
  if (!image) errors.push(required(`${path}.image`));
  else if (image.trim() !== image)
    errors.push(invalid(`${path}.image`, image, 'must not have leading or trailing whitespace'));
  if (!MESSAGE_POLICIES.includes(container.terminationMessagePolicy)) {
    errors.push(notSupported(`${path}.terminationMessagePolicy`, container.terminationMessagePolicy, MESSAGE_POLICIES));
  }
  if (container.ports !== undefined) validatePorts(container.ports, spec.hostNetwork === true, `${path}.ports`, errors);
  if (container.env !== undefined) validateEnvironment(container.env, `${path}.env`, errors);
  if (container.envFrom !== undefined) validateEnvironmentFrom(container.envFrom, `${path}.envFrom`, errors);
  if (container.volumeMounts !== undefined || container.volumeDevices !== undefined)
    validateMounts(container, spec.volumes ?? [], path, errors);
  if (!PULL_POLICIES.includes(container.imagePullPolicy))
    errors.push(notSupported(`${path}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES));
  if (container.resources !== undefined) {
    validateResources(container.resources, `${path}.resources`, errors);
    if (container.resources.claims !== undefined)
      validateUsedClaims(container.resources.claims, spec, `${path}.resources.claims`, errors);
  }
  if (container.resizePolicy !== undefined)
    validateResizePolicy(container.resizePolicy, spec.restartPolicy, `${path}.resizePolicy`, errors);
  if (container.securityContext !== undefined)
    validateSecurityContext(container.securityContext, `${path}.securityContext`, errors, spec.hostUsers !== false);
}

/** Whether a container must be restarted for more or less of a resource. */
function validateResizePolicy(
  policies: readonly Fields[],
  podRestartPolicy: string | undefined,
  path: string,
  errors: ErrorList,
): void {
  policies.forEach(({ resourceName, restartPolicy }, index) => {
    if (policies.findIndex((other) => other.resourceName === resourceName) < index)
      errors.push(duplicate(`${path}[${index}]`, resourceName));
    if (!resourceName) errors.push(required(path));
    else if (!RESIZABLE.includes(resourceName)) errors.push(notSupported(path, resourceName, RESIZABLE));
    if (!restartPolicy) errors.push(required(path));
    else if (!RESIZE_POLICIES.includes(restartPolicy)) errors.push(notSupported(path, restartPolicy, RESIZE_POLICIES));
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired')
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
  });
}

function validatePorts(ports: readonly Fields[], isHostNetwork: boolean, path: string, errors: ErrorList): void {
  const names = new Set<string>();
  ports.forEach((port, index) => {
    const place = `${path}[${index}]`;
    if (port.name) {
      const wrong = portName(port.name);
      for (const text of wrong) errors.push(invalid(`${place}.name`, port.name, text));
      if (wrong.length === 0) checkUnique(port.name, names, `${place}.name`, errors);
    }
    if (port.containerPort === 0) errors.push(required(`${place}.containerPort`));
    else
      for (const text of portNumber(port.containerPort))
        errors.push(invalid(`${place}.containerPort`, port.containerPort, text));
    if (port.hostPort !== undefined)
      for (const text of portNumber(port.hostPort)) errors.push(invalid(`${place}.hostPort`, port.hostPort, text));
    if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${place}.protocol`, port.protocol, PROTOCOLS));
    if (isHostNetwork && port.hostPort !== undefined && port.hostPort !== port.containerPort) {
      errors.push(invalid(`${place}.hostPort`, port.hostPort, 'must match `containerPort` when `hostNetwork` is true'));
    }
  });
}
