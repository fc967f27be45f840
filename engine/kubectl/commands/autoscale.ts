import { canonicalQuantity } from '../../apiserver/schema/quantity.ts';
import type { Command } from '../command.ts';
import { apiVersionOf } from '../discovery.ts';
import { dryRunOf } from '../dry-run.ts';
import { failure } from '../failure.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, fieldManagerFlag, OUTPUT_FLAGS, RECORD_FLAG } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import type { Resource } from '../resources/object.ts';
import { visit } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { createResource, report, savedConfig } from '../writing.ts';

export const autoscale: Command = {
  name: 'autoscale',
  short: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  usage: '(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]',
  examples: ['kubectl autoscale deployment web --min=2 --max=10 --cpu=70%'],
  flags: [
    ...OUTPUT_FLAGS,
    RECORD_FLAG,
    ...FILENAME_FLAGS,
    DRY_RUN_FLAG,
    { name: 'save-config', type: 'boolean', usage: 'Remember the configuration for kubectl apply' },
    fieldManagerFlag('kubectl-autoscale'),
    { name: 'min', type: 'int', default: '-1', usage: 'Smallest number of pods' },
    { name: 'max', type: 'int', default: '-1', required: true, usage: 'Largest number of pods' },
    {
      name: 'cpu-percent',
      type: 'int',
      default: '-1',
      hidden: true,
      deprecated:
        "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
      usage: 'Wanted share of the requested CPU',
    },
    { name: 'cpu', type: 'string', usage: 'Wanted CPU of the pods: 70% of what they request, or 500m' },
    { name: 'memory', type: 'string', usage: 'Wanted memory of the pods: 60% of what they request, or 200Mi' },
    { name: 'name', type: 'string', usage: 'Name of the autoscaler, if not that of the resource' },
  ],
  run: runAutoscale,
};

function* runAutoscale(session: Session): Task {
  const { flags, args } = session;
  const dryRun = dryRunOf(session);
  const [least, most] = [flags.int('min'), flags.int('max')];
  if (most < 1) throw failure(`--max=MAXPODS is required and must be at least 1, max: ${most}`);
  if (most < least) {
    throw failure(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${most}, min: ${least}`);
  }
  if (flags.int('cpu-percent') > 0 && flags.string('cpu')) {
    throw failure('--cpu-percent and --cpu are mutually exclusive');
  }
  const metrics = metricsOf(session);
  const printer = yield* outputPrinter(session);
  const mapper = yield* session.mapper();
  yield* visit(session, args, {}, function* (resource) {
    if (!resource.mapping.subresources.includes('scale')) {
      const { group, version, resource: plural, kind } = resource.mapping;
      throw failure(
        `cannot autoscale a ${kind}: could not find scale subresource for ${group}/${version}, Resource=${plural} in discovery information`,
      );
    }
    const object = autoscaler(session, resource, metrics);
    const mapping = mapper.kind('autoscaling/v2', 'HorizontalPodAutoscaler');
    if (!mapping) throw failure('the server doesn\'t have a resource type "HorizontalPodAutoscaler"');
    const saved = savedConfig(session, object as never, dryRun);
    const target = { mapping, namespace: resource.namespace, name: object.metadata.name, object: saved };
    const created = yield* createResource(session, target, dryRun);
    yield* report(session, created, dryRun === 'client' ? 'created' : 'autoscaled', dryRun, printer, true);
  });
}

function autoscaler(session: Session, resource: Resource, metrics: readonly object[]) {
  const { flags } = session;
  const least = flags.int('min');
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: {
      name: flags.string('name') || resource.name,
      ...(session.isNamespaceForced ? { namespace: resource.namespace } : {}),
    },
    spec: {
      scaleTargetRef: { kind: resource.mapping.kind, name: resource.name, apiVersion: apiVersionOf(resource.mapping) },
      ...(least > 0 ? { minReplicas: least } : {}),
      maxReplicas: flags.int('max'),
      ...(metrics.length > 0 ? { metrics } : {}),
    },
    status: { desiredReplicas: 0, currentMetrics: null },
  };
}

function metricsOf({ flags }: Session): object[] {
  const metrics: object[] = [];
  const percent = flags.int('cpu-percent');
  if (percent >= 0) metrics.push(metric('cpu', { type: 'Utilization', averageUtilization: percent }));
  if (flags.string('cpu')) metrics.push(metric('cpu', targetOf(flags.string('cpu'), 'cpu')));
  if (flags.string('memory')) metrics.push(metric('memory', targetOf(flags.string('memory'), 'memory')));
  return metrics;
}

function metric(name: string, target: object): object {
  return { type: 'Resource', resource: { name, target } };
}

/** `70%` is a share of what is requested; a number without unit is milli-CPUs or mebibytes. */
function targetOf(text: string, resource: 'cpu' | 'memory'): object {
  const input = text.trim();
  if (input.endsWith('%')) {
    const digits = input.slice(0, -1);
    if (!/^\+?\d+$/.test(digits)) throw failure(`invalid percentage value: ${digits}`);
    return { type: 'Utilization', averageUtilization: Number(digits) };
  }
  const isBare = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(input);
  const quantity = canonicalQuantity(isBare ? `${Number(input)}${resource === 'cpu' ? 'm' : 'Mi'}` : input);
  if (quantity === undefined) throw failure(`invalid resource ${resource} value: ${input}`);
  return { type: 'AverageValue', averageValue: quantity };
}
