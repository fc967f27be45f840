import { structuredPatch } from 'diff';
import type { Fields } from '../kinds/fields.ts';
import type { Field, ObjectSchema, Schema } from '../schema/schema.ts';
import { typeSchema } from '../schema/schemas.ts';

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
const CONTEXT_LINES = 3;

/** The change of a pod spec in Kubernetes' form: hunks with three lines around each change. */
export function podSpecDifference(before: Fields, now: Fields): string {
  const patch = structuredPatch('', '', `${printed(before)}\n`, `${printed(now)}\n`, '', '', {
    context: CONTEXT_LINES,
  });
  return patch.hunks
    .map(
      ({ oldStart, oldLines, newStart, newLines, lines }) =>
        `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@\n${lines.join('\n')}\n`,
    )
    .join('');
}

function printed(spec: Fields): string {
  return JSON.stringify(podSpecForm(spec), null, 1);
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

function structForm(schema: ObjectSchema, value: Fields): unknown {
  return Object.fromEntries(
    Object.values(schema.fields).map((field) => [field.goName, fieldForm(field, value[field.name])]),
  );
}

function fieldForm(field: Field, value: unknown): unknown {
  if (value !== undefined && value !== null) return form(field.schema, value);
  return field.pointer ? null : emptyForm(field.schema, field.always);
}

function form(schema: Schema, value: unknown): unknown {
  switch (schema.type) {
    case 'object':
      return structForm(schema, value as Fields);
    case 'list':
      return (value as readonly unknown[]).map((item) => form(schema.items, item));
    case 'map':
      return Object.fromEntries(Object.entries(value as Fields).sort(([one], [other]) => (one < other ? -1 : 1)));
    default:
      return value;
  }
}

/** A struct is empty by value where its field is always written; elsewhere it is a nil pointer. */
function emptyForm(schema: Schema, isValue: boolean): unknown {
  switch (schema.type) {
    case 'object':
      return isValue ? structForm(schema, {}) : null;
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'int-or-string':
      return 0;
    case 'quantity':
      return '0';
    default:
      return null;
  }
}
