import type { KubeObject } from '../../object.ts';
import { AGE, age, column, NAME, type Printer, UNSET } from './printer.ts';

export const podDisruptionBudgets: Printer = {
  columns: [
    NAME,
    column('Min Available', 'Pods that have to stay.'),
    column('Max Unavailable', 'Pods that may be missing.'),
    column('Allowed Disruptions', 'Evictions that would be allowed now.', 'integer'),
    AGE,
  ],
  cells: (budget, now) => [
    budget.metadata.name,
    String(budget.spec?.minAvailable ?? 'N/A'),
    String(budget.spec?.maxUnavailable ?? 'N/A'),
    budget.status?.disruptionsAllowed ?? 0,
    age(budget, now),
  ],
};

export const priorityClasses: Printer = {
  columns: [
    NAME,
    column('Value', 'Higher goes first.', 'integer'),
    column('Global-Default', 'Whether pods without a class get this one.', 'boolean'),
    AGE,
    column('PreemptionPolicy', 'Whether its pods may push others out.'),
  ],
  cells: (object, now) => [
    object.metadata.name,
    object.value ?? 0,
    object.globalDefault ?? false,
    age(object, now),
    object.preemptionPolicy ?? 'PreemptLowerPriority',
  ],
};

export const resourceQuotas: Printer = {
  columns: [
    NAME,
    column('Request', 'Use and bound of what is counted or requested.'),
    column('Limit', 'Use and bound of limits.'),
    AGE,
  ],
  cells(quota, now) {
    const hard: Readonly<Record<string, string>> = quota.status?.hard ?? {};
    const shown = (isLimit: boolean): string =>
      Object.keys(hard)
        .filter((name) => name.startsWith('limits') === isLimit)
        .sort()
        .map((name) => `${name}: ${quota.status?.used?.[name] ?? '0'}/${hard[name]}`)
        .join(', ');
    return [quota.metadata.name, shown(false), shown(true), age(quota, now)];
  },
};

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** RoleBinding and ClusterRoleBinding. */
export const roleBindings: Printer = {
  columns: [
    NAME,
    column('Role', 'The role that is granted.'),
    AGE,
    ...['Users', 'Groups', 'ServiceAccounts'].map((name) => ({ ...column(name, `${name} that get it.`), priority: 1 })),
  ],
  cells(binding, now) {
    const subjects: readonly Subject[] = binding.subjects ?? [];
    const named = (kind: string): string =>
      subjects
        .filter((subject) => subject.kind === kind)
        .map(({ namespace, name }) => (kind === 'ServiceAccount' ? `${namespace}/${name}` : name))
        .join(', ');
    const role = `${binding.roleRef?.kind}/${binding.roleRef?.name}`;
    return [binding.metadata.name, role, age(binding, now), named('User'), named('Group'), named('ServiceAccount')];
  },
};

/** Webhook configurations of both kinds. */
export const webhookConfigurations: Printer = {
  columns: [NAME, column('Webhooks', 'Number of webhooks.', 'integer'), AGE],
  cells: (configuration, now) => [
    configuration.metadata.name,
    configuration.webhooks?.length ?? 0,
    age(configuration, now),
  ],
};

function paramKind(policy: KubeObject): string {
  const kind = policy.spec?.paramKind;
  return kind === undefined ? UNSET : `${kind.apiVersion}/${kind.kind}`;
}

export const validatingAdmissionPolicies: Printer = {
  columns: [
    NAME,
    column('Validations', 'Number of rules.', 'integer'),
    column('ParamKind', 'Kind of the objects that parameterise it.'),
    AGE,
  ],
  cells: (policy, now) => [
    policy.metadata.name,
    policy.spec?.validations?.length ?? 0,
    paramKind(policy),
    age(policy, now),
  ],
};

export const mutatingAdmissionPolicies: Printer = {
  columns: [
    NAME,
    column('Mutations', 'Number of changes.', 'integer'),
    column('ParamKind', 'Kind of the objects that parameterise it.'),
    AGE,
  ],
  cells: (policy, now) => [
    policy.metadata.name,
    policy.spec?.mutations?.length ?? 0,
    paramKind(policy),
    age(policy, now),
  ],
};

/** Bindings of validating and mutating policies. */
export const admissionPolicyBindings: Printer = {
  columns: [
    NAME,
    column('PolicyName', 'The policy that is bound.'),
    column('ParamRef', 'Object that parameterises it.'),
    AGE,
  ],
  cells(binding, now) {
    const reference = binding.spec?.paramRef;
    const parameters =
      reference === undefined
        ? UNSET
        : reference.namespace
          ? `${reference.namespace}/${reference.name}`
          : (reference.name ?? '*');
    return [binding.metadata.name, binding.spec?.policyName ?? '', parameters, age(binding, now)];
  },
};
