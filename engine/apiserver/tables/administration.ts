import { humanDuration } from '../../human-duration.ts';
import type { KubeObject } from '../../object.ts';
import { AGE, age, column, NAME, NONE, type Printer, UNSET } from './printer.ts';

interface Condition {
  readonly type: string;
  readonly status?: string;
  readonly reason?: string;
}

export const certificateSigningRequests: Printer = {
  columns: [
    NAME,
    AGE,
    column('SignerName', 'Who is asked to sign.'),
    column('Requestor', 'Who asks.'),
    column('RequestedDuration', 'How long the certificate should be valid.'),
    column('Condition', 'How the request stands.'),
  ],
  cells(request, now) {
    const seconds = request.spec?.expirationSeconds;
    return [
      request.metadata.name,
      age(request, now),
      request.spec?.signerName ?? NONE,
      request.spec?.username ?? '',
      seconds === undefined ? NONE : humanDuration(seconds * 1000),
      signingCondition(request),
    ];
  },
};

/** `Approved,Issued`, `Denied`, `Pending`. */
function signingCondition(request: KubeObject): string {
  const conditions: readonly Condition[] = request.status?.conditions ?? [];
  const has = (type: string): boolean => conditions.some((condition) => condition.type === type);
  const words = [has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'];
  if (has('Failed')) words.push('Failed');
  if (request.status?.certificate) words.push('Issued');
  return words.join(',');
}

export const apiServices: Printer = {
  columns: [NAME, column('Service', 'Who serves the version.'), column('Available', 'Whether it answers.'), AGE],
  cells(service, now) {
    const backend = service.spec?.service;
    const conditions: readonly Condition[] = service.status?.conditions ?? [];
    const available = conditions.find(({ type }) => type === 'Available');
    const state =
      available === undefined
        ? 'Unknown'
        : available.status === 'True'
          ? 'True'
          : `${available.status} (${available.reason})`;
    return [
      service.metadata.name,
      backend === undefined ? 'Local' : `${backend.namespace}/${backend.name}`,
      state,
      age(service, now),
    ];
  },
};

export const priorityLevels: Printer = {
  columns: [
    NAME,
    column('Type', 'Limited or exempt.'),
    column('NominalConcurrencyShares', 'Share of the requests served at once.'),
    column('Queues', 'Number of queues.'),
    column('HandSize', 'Queues that a flow may use.'),
    column('QueueLengthLimit', 'Longest queue.'),
    AGE,
  ],
  cells(level, now) {
    const limits = level.spec?.limited ?? level.spec?.exempt;
    const queuing = level.spec?.limited?.limitResponse?.queuing;
    return [
      level.metadata.name,
      level.spec?.type ?? '',
      limits?.nominalConcurrencyShares ?? NONE,
      queuing?.queues ?? NONE,
      queuing?.handSize ?? NONE,
      queuing?.queueLengthLimit ?? NONE,
      age(level, now),
    ];
  },
};

export const flowSchemas: Printer = {
  columns: [
    NAME,
    column('PriorityLevel', 'The level of the requests.'),
    column('MatchingPrecedence', 'Lower numbers are asked first.', 'integer'),
    column('DistinguisherMethod', 'What tells flows apart.'),
    AGE,
    column('MissingPL', 'Whether the level does not exist.'),
  ],
  cells(schema, now) {
    const conditions: readonly Condition[] = schema.status?.conditions ?? [];
    return [
      schema.metadata.name,
      schema.spec?.priorityLevelConfiguration?.name ?? '',
      schema.spec?.matchingPrecedence ?? 0,
      schema.spec?.distinguisherMethod?.type ?? NONE,
      age(schema, now),
      conditions.find(({ type }) => type === 'Dangling')?.status ?? '?',
    ];
  },
};

export const runtimeClasses: Printer = {
  columns: [NAME, column('Handler', 'What runs the containers.'), AGE],
  cells: (runtime, now) => [runtime.metadata.name, runtime.handler ?? '', age(runtime, now)],
};

export const componentStatuses: Printer = {
  columns: [
    NAME,
    column('Status', 'Whether the component is well.'),
    column('Message', 'What it says.'),
    column('Error', 'What is wrong.'),
  ],
  cells({ metadata, conditions }) {
    const healthy = ((conditions ?? []) as readonly (Condition & { message?: string; error?: string })[]).find(
      ({ type }) => type === 'Healthy',
    );
    const state = healthy?.status === 'True' ? 'Healthy' : healthy?.status === 'False' ? 'Unhealthy' : 'Unknown';
    return [metadata.name, state, healthy?.message ?? '', healthy?.error ?? ''];
  },
};

interface MetricSpec {
  readonly type: string;
  readonly resource?: { readonly name: string; readonly target?: Target };
}

interface Target {
  readonly averageUtilization?: number;
  readonly averageValue?: string;
}

export const horizontalPodAutoscalers: Printer = {
  columns: [
    NAME,
    column('Reference', 'What is scaled.'),
    column('Targets', 'Measured and wanted values.'),
    column('MinPods', 'Fewest replicas.'),
    column('MaxPods', 'Most replicas.'),
    column('Replicas', 'Replicas now.'),
    AGE,
  ],
  cells: (autoscaler, now) => [
    autoscaler.metadata.name,
    `${autoscaler.spec?.scaleTargetRef?.kind}/${autoscaler.spec?.scaleTargetRef?.name}`,
    autoscalerTargets(autoscaler),
    autoscaler.spec?.minReplicas === undefined ? UNSET : String(autoscaler.spec.minReplicas),
    autoscaler.spec?.maxReplicas ?? 0,
    autoscaler.status?.currentReplicas ?? 0,
    age(autoscaler, now),
  ],
};

/** `cpu: 12%/60%`; of version v1 there is only the CPU percentage. */
function autoscalerTargets(autoscaler: KubeObject): string {
  const percentage = autoscaler.spec?.targetCPUUtilizationPercentage;
  if (percentage !== undefined) {
    const current = autoscaler.status?.currentCPUUtilizationPercentage;
    return `cpu: ${current === undefined ? '<unknown>' : `${current}%`}/${percentage}%`;
  }
  const specs: readonly MetricSpec[] = autoscaler.spec?.metrics ?? [];
  if (specs.length === 0) return NONE;
  const currents: readonly { resource?: { name: string; current?: Target } }[] =
    autoscaler.status?.currentMetrics ?? [];
  const shown = specs.slice(0, 2).map((spec, index) => metricText(spec, currents[index]?.resource?.current));
  return specs.length > 2 ? `${shown.join(', ')} + ${specs.length - 2} more...` : shown.join(', ');
}

function metricText({ type, resource }: MetricSpec, current: Target | undefined): string {
  if (type !== 'Resource' || resource === undefined) return '<unknown type>';
  const { averageUtilization, averageValue } = resource.target ?? {};
  if (averageValue !== undefined) return `${resource.name}: ${current?.averageValue ?? '<unknown>'}/${averageValue}`;
  const measured = current?.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}%`;
  return `${resource.name}: ${measured}/${averageUtilization ?? '<auto>'}${averageUtilization === undefined ? '' : '%'}`;
}
