import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { qosClass } from '../kinds/qos.ts';
import { type ErrorList, forbidden, invalid } from './field.ts';
import { MIRROR } from './pod-ephemeral.ts';
import { validatePodSpec } from './pod-spec.ts';

const LISTS = ['initContainers', 'containers'] as const;

/** Only cpu and memory of a running pod may change, and not its class (`ValidatePodResize`). */
export function validatePodResize(next: KubeObject, previous: KubeObject): ErrorList {
  if (previous.metadata.annotations?.[MIRROR] !== undefined) return [forbidden('', 'static pods cannot be resized')];
  if (previous.spec.os?.name === 'windows') return [forbidden('', 'windows pods cannot be resized')];
  const errors: ErrorList = [];
  validatePodSpec(next.spec, 'spec', errors);
  const qos = previous.status?.qosClass ?? qosClass(previous.spec);
  if (qosClass(next.spec) !== qos)
    errors.push(invalid('spec', next.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  if (!isSupported(previous)) errors.push(forbidden('spec', 'Pod running on node without support for resize'));
  validatePodLevel(next.spec, previous.spec, errors);
  const count = errors.length;
  validateOrder(next.spec, previous.spec, errors);
  if (errors.length > count) return errors;
  for (const list of LISTS) validateKept(next.spec[list] ?? [], previous.spec[list] ?? [], `spec.${list}`, errors);
  validateContainers(next.spec.containers ?? [], previous.spec.containers ?? [], errors);
  validateInitContainers(next.spec.initContainers ?? [], previous.spec.initContainers ?? [], errors);
  return errors;
}

/** The node of a running pod supports resizing when it reports what the containers have. */
function isSupported({ status }: KubeObject): boolean {
  const running = (status?.containerStatuses ?? []).find((each: Fields) => each.state?.running !== undefined);
  return running === undefined || running.resources !== undefined;
}

function isRemoved(now: Fields | undefined, before: Fields | undefined): boolean {
  return Object.keys(before ?? {}).some((name) => now?.[name] === undefined);
}

function validatePodLevel(now: Fields, before: Fields, errors: ErrorList): void {
  if (before.resources === undefined && now.resources === undefined) return;
  if (now.resources === undefined) {
    errors.push(forbidden('spec.resources', 'pod-level resources cannot be removed'));
    return;
  }
  for (const part of ['requests', 'limits'])
    if (isRemoved(now.resources[part], before.resources?.[part]))
      errors.push(forbidden(`spec.resources.${part}`, `pod-level resource ${part} cannot be removed`));
  const kept = withoutSizes(now.resources, before.resources);
  if (!isEqual(kept, withoutSizes(before.resources, before.resources)))
    errors.push(forbidden('spec', 'only cpu and memory resources are mutable at pod-level'));
}

function validateOrder(now: Fields, before: Fields, errors: ErrorList): void {
  for (const list of ['containers', 'initContainers']) {
    const given: readonly Fields[] = now[list] ?? [];
    const old: readonly Fields[] = before[list] ?? [];
    if (given.length !== old.length) {
      errors.push(forbidden(`spec.${list}`, `${list} may not be added or removed on resize`));
      continue;
    }
    old.forEach(({ name }, index) => {
      if (given[index]?.name !== name)
        errors.push(forbidden(`spec.${list}[${index}].name`, `${list} may not be renamed or reordered on resize`));
    });
  }
}

function validateKept(now: readonly Fields[], before: readonly Fields[], path: string, errors: ErrorList): void {
  before.forEach(({ resources }, index) => {
    for (const part of ['requests', 'limits'])
      if (isRemoved(now[index]?.resources?.[part], resources?.[part]))
        errors.push(forbidden(`${path}[${index}].resources.${part}`, `resource ${part} cannot be removed`));
  });
}

function validateContainers(now: readonly Fields[], before: readonly Fields[], errors: ErrorList): void {
  now.forEach((container, index) => {
    if (isResizeOnly(container, before[index] as Fields)) return;
    errors.push(forbidden('spec', 'only cpu and memory resources are mutable'));
  });
}

function validateInitContainers(now: readonly Fields[], before: readonly Fields[], errors: ErrorList): void {
  now.forEach((container, index) => {
    const old = before[index] as Fields;
    const path = `spec.initContainers[${index}]`;
    if (!isResizeOnly(container, old))
      errors.push(forbidden(path, 'only cpu and memory resources for init or sidecar containers are mutable'));
    const restarts = (old.resizePolicy ?? []).some((each: Fields) => each.restartPolicy === 'RestartContainer');
    if (container.restartPolicy !== 'Always' && restarts && !isEqual(container, old)) {
      const text = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
      errors.push(forbidden(path, text));
    }
  });
}

function isResizeOnly(container: Fields, old: Fields): boolean {
  const given = { ...container, resources: withoutSizes(container.resources, old.resources) };
  return isEqual(given, { ...old, resources: withoutSizes(old.resources, old.resources) });
}

/** Resources with cpu and memory as they were, and nothing that is empty. */
function withoutSizes(resources: Fields | undefined, before: Fields | undefined): Fields {
  const { requests, limits, ...rest } = resources ?? {};
  const sized = (amounts: Fields | undefined, old: Fields | undefined): Fields => {
    const { cpu: _, memory: __, ...others } = amounts ?? {};
    const { cpu, memory } = old ?? {};
    return { ...others, ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
  };
  return { ...rest, requests: sized(requests, before?.requests), limits: sized(limits, before?.limits) };
}
