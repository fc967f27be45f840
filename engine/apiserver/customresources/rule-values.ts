import { base64Bytes } from '../../base64.ts';
import { parseDuration, parseTime } from '../cel/time.ts';
import { Bytes, EvaluationError, MapValue, type Value } from '../cel/value.ts';
import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';
import { isFields } from './pruning.ts';
import { escapedName, withResourceFields } from './rule-types.ts';

/** A part of a custom resource as expressions see it, by its schema. Source: `apiserver/pkg/cel/common/values.go`. */
export function ruleValue(value: unknown, schema: JsonSchema, isResource = false): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return isInteger(value, schema) ? BigInt(value) : value;
  if (typeof value === 'string') return textValue(value, schema);
  if (Array.isArray(value)) {
    const items = itemsOf(schema) ?? {};
    return value.map((item) => ruleValue(item, items, items['x-kubernetes-embedded-resource'] === true));
  }
  return isFields(value) ? fieldsValue(value, isResource ? withResourceFields(schema) : schema) : null;
}

function isInteger(value: number, schema: JsonSchema): boolean {
  return schema.type === 'integer' || (schema.type !== 'number' && Number.isInteger(value));
}

function fieldsValue(value: Readonly<Record<string, unknown>>, schema: JsonSchema): MapValue {
  const values = valuesOf(schema);
  if (values !== undefined)
    return new MapValue(Object.entries(value).map(([key, item]) => [key, ruleValue(item, values)]));
  const pairs = Object.entries(schema.properties ?? {}).flatMap(([name, property]): [string, Value][] => {
    const key = escapedName(name);
    if (key === undefined || value[name] === undefined) return [];
    return [[key, ruleValue(value[name], property, property['x-kubernetes-embedded-resource'] === true)]];
  });
  return new MapValue(pairs, 'object');
}

function textValue(text: string, schema: JsonSchema): Value {
  if (schema.type !== 'string') return text;
  switch (schema.format) {
    case 'byte':
      return base64Value(text);
    case 'duration':
      return parseDuration(text);
    case 'date':
      return parseTime(`${text}T00:00:00Z`);
    case 'date-time':
      return parseTime(text);
    default:
      return text;
  }
}

function base64Value(text: string): Bytes {
  const bytes = base64Bytes(text);
  if (bytes === undefined) throw new EvaluationError(`Invalid byte formatted string ${text}`);
  return new Bytes([...bytes]);
}
