import type { Fields } from '../kinds/fields.ts';
import type { Field, ObjectSchema } from '../schema/schema.ts';
import { typeSchema } from '../schema/schemas.ts';
import { difference, fieldForm, structForm } from './struct-form.ts';

/*
 * A refused change of a pod's spec is shown as a diff of the server's internal structs, printed as JSON with Go's field
 * names and everything that is empty. Those structs are the published ones, with two that differ.
 */

const POD_SPEC = [
  'volumes',
  'initContainers',
  'containers',
  'ephemeralContainers',
  'restartPolicy',
  'terminationGracePeriodSeconds',
  'activeDeadlineSeconds',
  'dnsPolicy',
  'nodeSelector',
  'serviceAccountName',
  'automountServiceAccountToken',
  'nodeName',
  'securityContext',
  'imagePullSecrets',
  'hostname',
  'subdomain',
  'setHostnameAsFQDN',
  'affinity',
  'schedulerName',
  'tolerations',
  'hostAliases',
  'priorityClassName',
  'priority',
  'preemptionPolicy',
  'dnsConfig',
  'readinessGates',
  'runtimeClassName',
  'overhead',
  'enableServiceLinks',
  'topologySpreadConstraints',
  'os',
  'schedulingGates',
  'resourceClaims',
  'resources',
  'hostnameOverride',
  'schedulingGroup',
];
/** What the published spec has beside its security context belongs into it. */
const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

/** The change of a pod spec in Kubernetes' form: hunks with three lines around each change. */
export function podSpecDifference(before: Fields, now: Fields): string {
  return difference(podSpecForm(before), podSpecForm(now));
}

export function ephemeralContainerDifference(before: Fields, now: Fields): string {
  const schema = typeSchema('io.k8s.api.core.v1.EphemeralContainer');
  return difference(structForm(schema, before), structForm(schema, now));
}

/** A pod spec as the server's internal struct prints. */
export function podSpecForm(spec: Fields): object {
  const schema = typeSchema('io.k8s.api.core.v1.PodSpec');
  const form: Record<string, unknown> = {};
  for (const name of POD_SPEC) {
    const field = schema.fields[name] as Field;
    form[field.goName] =
      name === 'securityContext'
        ? securityContextForm(spec, field.schema as ObjectSchema)
        : fieldForm(field, spec[name]);
  }
  return form;
}

function securityContextForm(spec: Fields, schema: ObjectSchema): object {
  const podSpec = typeSchema('io.k8s.api.core.v1.PodSpec');
  const host = HOST_FIELDS.map((name) => podSpec.fields[name] as Field).map((field) => [
    field.goName,
    fieldForm(field, spec[field.name]),
  ]);
  const own = structForm(schema, spec.securityContext ?? {}) as Record<string, unknown>;
  const { Sysctls, SeccompProfile, AppArmorProfile, SELinuxChangePolicy, ...first } = own;
  return { ...Object.fromEntries(host), ...first, Sysctls, SeccompProfile, AppArmorProfile, SELinuxChangePolicy };
}
