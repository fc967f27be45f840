import type { Fields } from '../kinds/fields.ts';
import { validateApiVersion, validateReference } from './cross-version-reference.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { pathSegment } from './names.ts';

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
/** Fields of the sources, in the order in which the server looks at them. */
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'];
const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];

/** What an autoscaler goes by. Source: `validateMetrics` in `pkg/apis/autoscaling/validation`. */
export function validateMetrics(metrics: readonly Fields[], path: string, errors: ErrorList): void {
  metrics.forEach((metric, index) => {
    validateMetric(metric, `${path}[${index}]`, errors);
  });
}

function validateMetric(metric: Fields, path: string, errors: ErrorList): void {
  const type: string = metric.type ?? '';
  const isKnown = TYPES.includes(type);
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric source type'));
  if (!isKnown) errors.push(notSupported(`${path}.type`, type, TYPES));
  const present = SOURCES.filter((source) => metric[source] !== undefined);
  const [first] = present;
  if (first !== undefined) validateSource(first, metric[first], `${path}.${first}`, errors);
  const expected = type.charAt(0).toLowerCase() + type.slice(1);
  if (!isKnown) errors.push(notSupported(`${path}.type`, type, TYPES));
  else if (metric[expected] === undefined)
    errors.push(required(`${path}.${expected}`, 'must populate information for the given metric source'));
  if (present.length === 1) return;
  for (const source of present) {
    if (source !== expected) errors.push(forbidden(`${path}.${source}`, 'must populate the given metric source only'));
  }
}

function validateSource(name: string, source: Fields, path: string, errors: ErrorList): void {
  if (name === 'resource' || name === 'containerResource') {
    validateResource(name, source, path, errors);
    return;
  }
  if (name === 'object') {
    validateReference(source.describedObject ?? {}, `${path}.describedObject`, errors);
    validateApiVersion(source.describedObject ?? {}, `${path}.describedObject`, true, errors);
  }
  validateIdentifier(source.metric ?? {}, `${path}.metric`, errors);
  const target: Fields = source.target ?? {};
  validateTarget(target, `${path}.target`, errors);
  const isUnset = target.value === undefined && target.averageValue === undefined;
  const isDouble = target.value !== undefined && target.averageValue !== undefined;
  if (name === 'pods') {
    if (!isPositive(target.averageValue))
      errors.push(required(`${path}.target.averageValue`, 'must specify a positive target averageValue'));
  } else if (name === 'object') {
    if (isUnset) errors.push(required(`${path}.target.averageValue`, 'must set either a target value or averageValue'));
  } else if (isUnset) {
    const text = 'must set either a target value for metric or a per-pod target';
    errors.push(required(`${path}.target.averageValue`, text));
  } else if (isDouble) {
    const text = 'may not set both a target value for metric and a per-pod target';
    errors.push(forbidden(`${path}.target.value`, text));
  }
}

function validateResource(name: string, source: Fields, path: string, errors: ErrorList): void {
  if (!source.name) errors.push(required(`${path}.name`, 'must specify a resource name'));
  if (name === 'containerResource' && !source.container)
    errors.push(required(`${path}.container`, 'must specify a container'));
  const { averageUtilization, averageValue } = source.target ?? {};
  validateTarget(source.target ?? {}, `${path}.target`, errors);
  if (averageUtilization === undefined && averageValue === undefined) {
    const text = 'must set either a target raw value or a target utilization';
    errors.push(required(`${path}.target.averageUtilization`, text));
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    const text = 'may not set both a target raw value and a target utilization';
    errors.push(forbidden(`${path}.target.averageValue`, text));
  }
}

function validateIdentifier({ name = '' }: Fields, path: string, errors: ErrorList): void {
  if (name === '') errors.push(required(`${path}.name`, 'must specify a metric name'));
  for (const text of pathSegment(name)) errors.push(invalid(`${path}.name`, name, text));
}

function validateTarget(target: Fields, path: string, errors: ErrorList): void {
  const { type = '', value, averageValue, averageUtilization } = target;
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric target type'));
  if (!TARGET_TYPES.includes(type))
    errors.push(invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  if (value !== undefined && !isPositive(value)) errors.push(invalid(`${path}.value`, value, 'must be positive'));
  if (averageValue !== undefined && !isPositive(averageValue))
    errors.push(invalid(`${path}.averageValue`, averageValue, 'must be positive'));
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'));
}

/** Whether a canonical quantity is more than nothing. */
function isPositive(quantity: string | undefined): boolean {
  return quantity !== undefined && quantity !== '0' && !quantity.startsWith('-');
}
