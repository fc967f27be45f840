import { canonicalQuantity } from '../../apiserver/schema/quantity.ts';
import type { KubeObject } from '../../object.ts';
import { wholeValue } from '../../quantity.ts';
import type { Describer } from './describer.ts';
import { labelsLine, selectorLine, Text } from './text.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

export const describePodDisruptionBudget: Describer = (_, { object }) => {
  const { metadata, spec, status = {} } = object as Any;
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `Namespace:\t${metadata.namespace}`);
  if (spec.minAvailable !== undefined) text.line(0, `Min available:\t${spec.minAvailable}`);
  else if (spec.maxUnavailable !== undefined) text.line(0, `Max unavailable:\t${spec.maxUnavailable}`);
  text.line(0, `Selector:\t${spec.selector ? selectorLine(spec.selector) : '<unset>'}`);
  text.line(0, 'Status:');
  text.line(2, `Allowed disruptions:\t${status.disruptionsAllowed ?? 0}`);
  text.line(2, `Current:\t${status.currentHealthy ?? 0}`);
  text.line(2, `Desired:\t${status.desiredHealthy ?? 0}`);
  text.line(2, `Total:\t${status.expectedPods ?? 0}`);
  return String(text);
};

export const describePriorityClass: Describer = (_, { object }) => {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  text.line(0, `Value:\t${object.value ?? 0}`);
  text.line(0, `GlobalDefault:\t${object.globalDefault ?? false}`);
  text.line(0, `PreemptionPolicy:\t${object.preemptionPolicy ?? ''}`);
  text.line(0, `Description:\t${object.description ?? ''}`);
  text.line(0, `Annotations:\t${labelsLine(object.metadata.annotations)}`);
  return String(text);
};

const LIMIT_FIELDS = ['min', 'max', 'defaultRequest', 'default', 'maxLimitRequestRatio'];
const LIMIT_HEADER = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio';
const LIMIT_RULE = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------';

function limitLines(text: Text, limits: readonly Any[], prefix: string): void {
  for (const item of limits) {
    const names = new Set(LIMIT_FIELDS.flatMap((field) => Object.keys(item[field] ?? {})));
    for (const name of [...names].sort()) {
      const values = LIMIT_FIELDS.map((field) => item[field]?.[name] ?? '-');
      text.line(0, `${prefix}${[item.type, name, ...values].join('\t')}`);
    }
  }
}

export const describeLimitRange: Describer = (_, { object }) => {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  text.line(0, `Namespace:\t${object.metadata.namespace}`);
  text.line(0, LIMIT_HEADER);
  text.line(0, LIMIT_RULE);
  limitLines(text, object.spec?.limits ?? [], '');
  return String(text);
};

/** The limit ranges of a namespace, as its description lists them. */
export function limitRangeLines(text: Text, ranges: readonly KubeObject[]): void {
  if (ranges.length === 0) {
    text.line(0, 'No LimitRange resource.');
    return;
  }
  text.line(0, 'Resource Limits');
  text.line(0, ` ${LIMIT_HEADER}`);
  text.line(0, ` ${LIMIT_RULE}`);
  for (const range of ranges) limitLines(text, range.spec?.limits ?? [], ' ');
}

/** What `describe` adds about a scope, as recorded. */
const SCOPE_NOTES: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

function scopeLines(text: Text, quota: KubeObject, level: number, bullet: string): void {
  const scopes = [...((quota.spec?.scopes ?? []) as string[])].sort();
  if (scopes.length === 0) return;
  text.line(level, `Scopes:\t${scopes.join(', ')}`);
  for (const scope of scopes) if (SCOPE_NOTES[scope]) text.line(level, `${bullet}${SCOPE_NOTES[scope]}`);
}

export const describeResourceQuota: Describer = (_, { object }) => {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  text.line(0, `Namespace:\t${object.metadata.namespace}`);
  scopeLines(text, object, 0, ' * ');
  text.line(0, 'Resource\tUsed\tHard');
  text.line(0, '--------\t----\t----');
  const { hard = {}, used = {} } = (object.status ?? {}) as Any;
  for (const name of Object.keys(hard).sort()) {
    text.line(0, `${name}\t${usedText(String(used[name] ?? '0'), String(hard[name]))}\t${hard[name]}`);
  }
  return String(text);
};

/** What is used, in the notation of the limit: `268435456` of `1Gi` is `256Mi`. */
function usedText(used: string, hard: string): string {
  const isBinary = (quantity: string) => /[KMGTPE]i$/.test(quantity);
  if (isBinary(used) === isBinary(hard)) return used;
  const whole = String(wholeValue(used));
  if (!isBinary(hard)) return canonicalQuantity(whole) ?? used;
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
  let [value, unit] = [Number(whole), 0];
  while (value !== 0 && value % 1024 === 0 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value}${units[unit]}`;
}

/** The quotas of a namespace, as its description lists them. */
export function resourceQuotaLines(text: Text, quotas: readonly KubeObject[]): void {
  if (quotas.length === 0) {
    text.line(0, 'No resource quota.');
    return;
  }
  text.line(0, 'Resource Quotas');
  for (const quota of [...quotas].sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))) {
    text.line(1, `Name:\t${quota.metadata.name}`);
    scopeLines(text, quota, 1, '* ');
    text.line(1, 'Resource\tUsed\tHard');
    text.line(1, '--------\t---\t---');
    const { hard = {}, used = {} } = (quota.status ?? {}) as Any;
    for (const name of Object.keys(hard).sort()) text.line(1, `${name}\t${used[name] ?? 0}\t${hard[name]}`);
  }
}
