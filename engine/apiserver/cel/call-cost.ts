import { Bytes, isList, MapValue, type Value } from './value.ts';

/** Costs a call by what it has to look at, in CEL's units. Source: `cel-go/interpreter/runtimecost.go`. */
export function callCost(name: string, values: readonly Value[]): number {
  const [first = null, second = null] = values;
  switch (name) {
    case 'startsWith':
    case 'endsWith':
      return tenth(sizeOf(second));
    case '@in':
      return isList(second) ? sizeOf(second) : 1;
    case '_+_':
    case '_<_':
    case '_<=_':
    case '_>_':
    case '_>=_':
    case '_==_':
    case '_!=_':
      return Math.max(1, name === '_+_' ? tenth(sizeOf(first) + sizeOf(second)) : tenth(smaller(first, second)));
    case 'contains':
      return Math.max(1, tenth(sizeOf(first)) * tenth(sizeOf(second)));
    case 'matches':
    case 'find':
    case 'findAll':
      return Math.max(1, tenth(sizeOf(first) + 1) * Math.ceil(sizeOf(second) * 0.25));
    case 'indexOf':
    case 'lastIndexOf':
    case 'isSorted':
    case 'sum':
    case 'min':
    case 'max':
      return Math.max(1, sizeOf(first));
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
    case 'replace':
    case 'split':
    case 'join':
    case 'url':
    case 'quantity':
    case 'string':
    case 'bytes':
      return Math.max(1, tenth(sizeOf(first)));
    case 'check':
    case 'allowed':
      return AUTHORIZER_COST[name] as number;
    default:
      return 1;
  }
}

/** A question to the authoriser is dear, reading the answer is not. */
const AUTHORIZER_COST: Readonly<Record<string, number>> = { check: 350_000, allowed: 1 };

function tenth(size: number): number {
  return Math.ceil(size * 0.1);
}

function smaller(one: Value, other: Value): number {
  return Math.min(sizeOf(one), sizeOf(other));
}

function sizeOf(value: Value): number {
  if (typeof value === 'string' || isList(value)) return value.length;
  if (value instanceof MapValue) return value.size;
  return value instanceof Bytes ? value.value.length : 1;
}
