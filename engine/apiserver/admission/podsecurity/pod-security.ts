import type { KubeObject } from '../../../object.ts';
import { say } from '../../../sentence.ts';
import { type Call, refuse } from '../../call.ts';
import { forbidden, invalid } from '../../errors.ts';
import { admissionFlags } from '../flags.ts';
import { nameForErrors } from '../names.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../plugin.ts';
import type { CheckedPod } from './check.ts';
import { formatViolations, violations } from './evaluate.ts';
import { validateNamespace } from './namespace.ts';
import { defaultPolicy, formatLevel, isPrivileged, type Policy, parsePolicy } from './policy.ts';

/** Where each kind of controller keeps the template of its pods. */
const TEMPLATES: Readonly<Record<string, (object: KubeObject) => CheckedPod | undefined>> = {
  'cronjobs.batch': ({ spec }) => spec?.jobTemplate?.spec?.template,
  'daemonsets.apps': ({ spec }) => spec?.template,
  'deployments.apps': ({ spec }) => spec?.template,
  'jobs.batch': ({ spec }) => spec?.template,
  podtemplates: ({ template }) => template,
  'replicasets.apps': ({ spec }) => spec?.template,
  replicationcontrollers: ({ spec }) => spec?.template,
  'statefulsets.apps': ({ spec }) => spec?.template,
};

/**
 * Holds pods to the level that their namespace's labels name: what breaks the enforced level is refused, the rest is
 * warned of, controllers' templates included. Source: `k8s.io/pod-security-admission/admission`.
 */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  resources: ['namespaces', 'pods', ...Object.keys(TEMPLATES)],
  subresources: ['', 'ephemeralcontainers', 'resize'],
  operations: ['CREATE', 'UPDATE'],

  validate(request) {
    const { call } = request;
    const { resource } = call.kind;
    if (resource === 'namespaces') {
      if (call.subresource === '') validateNamespaceLabels(request);
      return;
    }
    const home = call.turn.store.get('namespaces', '', call.namespace);
    const { podSecurity: configuration = {} } = admissionFlags(call.turn);
    const { policy } = parsePolicy(home?.metadata.labels, defaultPolicy(configuration));
    if (isPrivileged(policy) || isExempt(call)) return;
    if (resource === 'pods') validatePod(request, policy);
    else validateTemplate(request, policy);
  },
};

function validateNamespaceLabels({ call, operation, object, previous }: AdmissionRequest): void {
  const { podSecurity: configuration = {} } = admissionFlags(call.turn);
  const pods = () => call.turn.store.at('pods').list(object.metadata.name);
  const { errors, warnings } = validateNamespace(
    configuration,
    object,
    operation === 'UPDATE' ? previous : undefined,
    pods,
  );
  if (errors.length > 0) refuse(invalid(call.kind, object.metadata.name, errors));
  call.warnings.push(...warnings);
}

function isExempt({ turn, namespace, request }: Call): boolean {
  const { usernames, namespaces } = admissionFlags(turn).podSecurity?.exemptions ?? {};
  return (namespaces?.includes(namespace) ?? false) || (usernames?.includes(request.user.name) ?? false);
}

function isExemptClass({ turn }: Call, { spec }: CheckedPod): boolean {
  const { runtimeClasses } = admissionFlags(turn).podSecurity?.exemptions ?? {};
  return spec?.runtimeClassName !== undefined && (runtimeClasses?.includes(spec.runtimeClassName) ?? false);
}

function validatePod({ call, operation, object: pod, previous }: AdmissionRequest, policy: Policy): void {
  if (operation === 'UPDATE' && previous !== undefined && !isSignificant(pod, previous)) return;
  if (isExemptClass(call, pod)) return;
  const broken = violations(policy.enforce, pod);
  if (broken.length > 0) {
    const why = `violates PodSecurity "${formatLevel(policy.enforce)}": ${formatViolations(broken)}`;
    refuse(forbidden(call.kind, nameForErrors(pod), why));
  }
  tell(call, policy, pod);
}

function validateTemplate({ call, object }: AdmissionRequest, policy: Policy): void {
  if (policy.warn.level === 'privileged' && policy.audit.level === 'privileged') return;
  const template = TEMPLATES[call.kind.resource]?.(object);
  if (template === undefined || isExemptClass(call, template)) return;
  tell(call, policy, { ...template, metadata: template.metadata ?? {} });
}

/** A warning for whoever asked, and a line in the server's own record. */
function tell(call: Call, { warn, audit }: Policy, pod: CheckedPod): void {
  const audited = violations(audit, pod);
  if (audited.length > 0)
    call.turn.note(say`would violate PodSecurity "${formatLevel(audit)}": ${formatViolations(audited)}`);
  const warned = violations(warn, pod);
  if (warned.length > 0)
    call.warnings.push(`would violate PodSecurity "${formatLevel(warn)}": ${formatViolations(warned)}`);
}

interface Container {
  readonly name: string;
  readonly image?: string;
}

/** Of a pod's spec only images and ephemeral containers change in ways that matter. */
function isSignificant({ spec: now }: KubeObject, { spec: before }: KubeObject): boolean {
  const imagesOf = (list: readonly Container[] | undefined): string => (list ?? []).map(({ image }) => image).join(' ');
  if (imagesOf(now?.containers) !== imagesOf(before?.containers)) return true;
  if (imagesOf(now?.initContainers) !== imagesOf(before?.initContainers)) return true;
  const known: readonly Container[] = before?.ephemeralContainers ?? [];
  return ((now?.ephemeralContainers ?? []) as readonly Container[]).some(
    ({ name, image }) => known.find((container) => container.name === name)?.image !== image,
  );
}
