import { type Found, keysOfParts, run, type Scope, sourceOf } from '../jq/evaluate.ts';
import type { Filter } from '../jq/parse.ts';
import { type Fields, JqError, kindOf, type Value } from '../jq/value.ts';
import type { InputDocument } from './documents.ts';
import { functionsFor } from './functions.ts';
import { combined } from './operators.ts';
import { wildcard } from './wildcard.ts';

/** A value that an expression found or made, and the document it comes from. */
export interface Match {
  readonly found: Found;
  readonly document: InputDocument;
}

type Environment = Readonly<Record<string, string>>;

/**
 * What an expression makes of documents looked at together: each part of a pipe sees all that the part before it found,
 * so that `select(fi == 0) * select(fi == 1)` merges two files. Throws `JqError`.
 */
export function matches(filter: Filter, documents: readonly InputDocument[], environment: Environment): Match[] {
  const scopes = new Map<InputDocument, Scope>();
  const variables: Scope['variables'] = {};
  for (const document of documents) scopes.set(document, scopeOf(document, environment, variables));
  const inputs = documents.map((document) => ({ found: { value: document.value, path: [] }, document }));
  return new Evaluation(scopes).all(filter, inputs);
}

/** How yq looks into values: wildcards in names, and a scalar has no parts. */
function scopeOf(document: InputDocument, environment: Environment, variables: Scope['variables']): Scope {
  return {
    functions: functionsFor(document, environment),
    calculate: combined,
    keysMeant,
    keysOf: (value) => (value !== null && typeof value === 'object' ? keysOfParts(value) : []),
    variables,
  };
}

function keysMeant(value: Value, key: Value): readonly Value[] {
  const kind = kindOf(value);
  if (kind === 'array' && typeof key === 'string') {
    throw new JqError(`cannot index array with '${key}' (strconv.ParseInt: parsing "${key}": invalid syntax)`);
  }
  if (kind === 'object' && typeof key === 'string' && /[*?]/.test(key)) {
    const pattern = wildcard(key);
    return Object.keys(value as Fields).filter((name) => pattern.test(name));
  }
  if (kind === 'object') return [String(key)];
  return kind === 'array' || kind === 'null' ? [key] : [];
}

class Evaluation {
  private readonly scopes: ReadonlyMap<InputDocument, Scope>;

  constructor(scopes: ReadonlyMap<InputDocument, Scope>) {
    this.scopes = scopes;
  }

  all(filter: Filter, inputs: readonly Match[]): Match[] {
    if (filter.kind === 'binary') return this.binary(filter, inputs);
    if (filter.kind === 'array' && inputs[0]) {
      const value = this.all(filter.of, inputs).map(({ found }) => found.value);
      return [{ found: { value }, document: inputs[0].document }];
    }
    if (filter.kind === 'reduce' && inputs[0]) return [this.reduced(filter, inputs, inputs[0])];
    return inputs.flatMap((input) => this.each(filter, input));
  }

  private each(filter: Filter, { found, document }: Match): Match[] {
    return [...run(filter, found, this.scopes.get(document) as Scope)].map((each) => ({ found: each, document }));
  }

  private binary(filter: Extract<Filter, { kind: 'binary' }>, inputs: readonly Match[]): Match[] {
    const { operator, left, right } = filter;
    if (operator === '|') return this.all(right, this.all(left, inputs));
    if (operator === ',') return [...this.all(left, inputs), ...this.all(right, inputs)];
    if (inputs.length < 2 || !/^[-+*/%]/.test(operator) || operator.endsWith('=')) {
      return inputs.flatMap((input) => this.each(filter, input));
    }
    const others = this.all(right, inputs);
    return this.all(left, inputs).flatMap(({ found, document }) =>
      others.map((other) => ({
        found: { value: combined(operator, found.value, other.found.value), source: sourceOf(found) },
        document,
      })),
    );
  }

  private reduced(filter: Extract<Filter, { kind: 'reduce' }>, inputs: readonly Match[], first: Match): Match {
    const { document } = first;
    const scope = this.scopes.get(document) as Scope;
    let state: Found = [...run(filter.init, first.found, scope)].at(-1) ?? { value: null };
    for (const { found } of this.all(filter.source, inputs)) {
      const inner = { ...scope, variables: { ...scope.variables, [filter.name]: found.value } };
      state = [...run(filter.update, state, inner)].at(-1) ?? { value: null };
    }
    return { found: state, document };
  }
}
