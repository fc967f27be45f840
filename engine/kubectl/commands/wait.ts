import type { KubeObject } from '../../object.ts';
import { at } from '../codec/json.ts';
import type { Command } from '../command.ts';
import { apiPath } from '../discovery.ts';
import { failure, isNotFound, joinFailures } from '../failure.ts';
import {
  ALL_NAMESPACES_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  OUTPUT_FLAGS,
  SELECTOR_FLAG,
} from '../global-flags.ts';
import { JsonPathError } from '../jsonpath/error.ts';
import { JsonPath, valueText } from '../jsonpath/evaluate.ts';
import { outputPrinter } from '../printers/output.ts';
import { relaxedPath } from '../printers/relaxed-path.ts';
import { displayName, type Resource } from '../resources/object.ts';
import { collect, hasSelector, isAllNamespaces, parseTargets, select, type Target } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { waitFor } from '../waiting.ts';

export const wait: Command = {
  name: 'wait',
  short: 'Wait for a specific condition on one or many resources',
  usage:
    '([-f FILENAME] | TYPE[.GROUP]/NAME | TYPE[.GROUP] [(-l label | --all)]) --for=create|delete|condition=NAME[=VALUE]|jsonpath=PATH[=VALUE]',
  examples: [
    '# Until a pod is ready',
    'kubectl wait --for=condition=Ready pod/web',
    '',
    '# Until it runs',
    "kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web",
    '',
    '# Until it is gone, a minute at most',
    'kubectl wait --for=delete pod/web --timeout=60s',
  ],
  flags: [
    ...FILENAME_FLAGS,
    ...OUTPUT_FLAGS,
    SELECTOR_FLAG,
    FIELD_SELECTOR_FLAG,
    ALL_NAMESPACES_FLAG,
    { name: 'all', type: 'boolean', usage: 'All objects of the type' },
    { name: 'for', type: 'string', usage: 'What to wait for' },
    { name: 'timeout', type: 'duration', default: '30s', usage: 'How long; 0 looks once, negative means a week' },
  ],
  run: runWait,
};

interface Condition {
  readonly kind: 'delete' | 'create' | 'object';
  readonly isMet: (object: KubeObject) => boolean;
}

function* runWait(session: Session): Task {
  const condition = parseCondition(session.flags.string('for'));
  const timeout = session.flags.duration('timeout');
  const end = (yield* session.now()) + (timeout < 0 ? 604_800_000 : timeout);
  const printer = yield* outputPrinter(session);
  if (condition.kind === 'create' && session.args.length > 0) yield* waitForCreation(session, end);
  const { resources, failures } = yield* waited(session, condition);
  if (resources.length === 0 && failures.length === 0 && condition.kind !== 'delete') {
    throw failure('no matching resources found');
  }
  const problems = [...failures];
  for (const resource of resources) {
    try {
      const left = timeout === 0 ? 0 : Math.max(1, end - (yield* session.now()));
      if (condition.kind !== 'create')
        yield* waitFor(session, resource, left, condition.isMet, condition.kind === 'delete');
      const name = displayName(resource);
      yield* session.print(printer ? printer(resource.object, name) : `${name} condition met\n`);
    } catch (error) {
      collect(problems, error);
    }
  }
  if (problems.length > 0) throw joinFailures(problems);
}

function* waited(
  session: Session,
  condition: Condition,
): Task<{ resources: readonly Resource[]; failures: readonly Error[] }> {
  const selected = yield* select(session, session.args, { isLatest: true, allowsAll: hasSelector(session) });
  if (condition.kind !== 'delete') return selected;
  return { ...selected, failures: selected.failures.filter((error) => !isNotFound(error)) };
}

/** `--for=create` looks until every named object is there. */
function* waitForCreation(session: Session, end: number): Task {
  for (const { mapping, name, namespace } of yield* named(session)) {
    if (name === undefined) continue;
    for (;;) {
      try {
        yield* session.get(apiPath(mapping, namespace, name));
        break;
      } catch (error) {
        if (!isNotFound(error)) throw error;
        if ((yield* session.now()) >= end) throw failure('timed out waiting for the condition');
        yield* session.sleep(500);
      }
    }
  }
}

function* named(session: Session): Task<(Target & { namespace: string })[]> {
  const found: (Target & { namespace: string })[] = [];
  for (const target of parseTargets(session.args, yield* session.mapper())) {
    const isScoped = target.mapping.isNamespaced && !isAllNamespaces(session);
    found.push({ ...target, namespace: isScoped ? yield* session.namespace() : '' });
  }
  return found;
}

function parseCondition(text: string): Condition {
  if (/^delete$/i.test(text)) return { kind: 'delete', isMet: () => false };
  if (/^create$/i.test(text)) return { kind: 'create', isMet: () => true };
  if (text.startsWith('condition=')) return conditionStatus(text.slice('condition='.length));
  if (text.startsWith('jsonpath=')) return pathValue(text.slice('jsonpath='.length));
  throw failure(`unrecognized condition: ${JSON.stringify(text)}`);
}

/** `Ready`, `Ready=False`: the status of a condition of the object's generation. */
function conditionStatus(text: string): Condition {
  const [name = '', wanted = 'true'] = text.split('=');
  return {
    kind: 'object',
    isMet(object) {
      const conditions = (at(object, 'status', 'conditions') ?? []) as Record<string, unknown>[];
      const found = conditions.find((condition) => String(condition.type).toLowerCase() === name.toLowerCase());
      if (!found) return false;
      const observed = found.observedGeneration ?? at(object, 'status', 'observedGeneration');
      if (typeof observed === 'number' && observed < (object.metadata.generation ?? 0)) return false;
      return String(found.status).toLowerCase() === wanted.toLowerCase();
    },
  };
}

function pathValue(text: string): Condition {
  if (text === '') throw failure('jsonpath expression cannot be empty');
  const match = /^('?)(\{.*?\}|[^=]+?)\1(?:=(.*))?$/s.exec(text);
  const wanted = match?.[3]?.replace(/^(['"])(.*)\1$/s, '$2');
  if (!match || wanted === '') throw failure('jsonpath wait value cannot be empty');
  const path = parsePath(match[2] as string);
  return {
    kind: 'object',
    isMet(object) {
      const values = lenientValues(path, object);
      if (values.length === 0) return false;
      if (values.length > 1) throw failure(`given jsonpath expression matches more than one value`);
      if (wanted === undefined) return true;
      const value = values[0];
      if (typeof value === 'object' && value !== null) {
        throw failure(`jsonpath leads to a nested object or list and cannot be used with JSONPath value matching`);
      }
      return valueText(value) === wanted;
    },
  };
}

function parsePath(text: string): JsonPath {
  try {
    return new JsonPath(relaxedPath(text));
  } catch (error) {
    if (error instanceof JsonPathError) throw failure(`error parsing jsonpath ${text}, ${error.message}`);
    throw error;
  }
}

/** While a list is still short, an index beyond it is no mistake. */
function lenientValues(path: JsonPath, object: unknown): unknown[] {
  try {
    return path.values(object);
  } catch (error) {
    if (error instanceof JsonPathError) return [];
    throw error;
  }
}
