import { obtain } from '../../obtain.ts';
import type { Turn } from '../../sim/turn.ts';
import { isApply } from '../apply/apply.ts';
import { type Call, isSet } from '../call.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Sample } from './metrics-text.ts';

const CELLS = 'requests/';
const CONNECTIONS = ['exec', 'attach', 'portforward', 'proxy', 'log'];

/** Cell names by kind, subresource and what else makes them up; put together once for each sort of request. */
const known = new WeakMap<Kind, Map<string, Map<number, string>>>();

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** More than any code of an answer. */
const CODES = 1000;

/** Counts an answered request: `apiserver_request_total`. Runs with every request: no text is made for a look. */
export function countRequest(call: Call, code: number): void {
  const { request, name, namespace, turn } = call;
  const isWatch = name === '' && request.method === 'GET' && request.query !== undefined && isSet(request, 'watch');
  const flags = (name !== '' ? 2 : namespace !== '' ? 1 : 0) + (isWatch ? 3 : 0) + (call.isDryRun ? 6 : 0);
  const sort = (flags * METHODS.length + METHODS.indexOf(request.method)) * CODES + code;
  const cell = obtain(namesOf(call), sort, () => cellName(call, code, isWatch));
  turn.memory.set(cell, (turn.memory.get<number>(cell) ?? 0) + 1);
}

function namesOf({ kind, subresource }: Call): Map<number, string> {
  const ofKind = obtain(known, kind, () => new Map<string, Map<number, string>>());
  return obtain(ofKind, subresource, () => new Map<number, string>());
}

function cellName(call: Call, code: number, isWatch: boolean): string {
  const { kind, subresource, name, namespace, isDryRun } = call;
  const scope = name !== '' ? 'resource' : namespace !== '' ? 'namespace' : 'cluster';
  const parts = [
    verbOf(call, isWatch),
    kind.group,
    kind.version,
    kind.plural,
    subresource,
    scope,
    code,
    isDryRun ? 'All' : '',
  ];
  return CELLS + parts.join('|');
}

/** Verbs as metrics name them: `LIST`, `WATCH`, `APPLY`, `CONNECT`. */
function verbOf({ request, name, subresource }: Call, isWatch: boolean): string {
  if (CONNECTIONS.includes(subresource)) return 'CONNECT';
  if (isWatch) return 'WATCH';
  if (request.method === 'GET') return name === '' ? 'LIST' : 'GET';
  if (request.method === 'DELETE') return name === '' ? 'DELETECOLLECTION' : 'DELETE';
  return request.method === 'PATCH' && isApply(request) ? 'APPLY' : request.method;
}

/** All counts so far. */
export function requestSamples(turn: Turn): readonly Sample[] {
  return turn.memory.keys(CELLS).map((cell) => {
    const [verb = '', group = '', version = '', resource = '', subresource = '', scope = '', code = '', dryRun = ''] =
      cell.slice(CELLS.length).split('|');
    return {
      labels: { code, component: 'apiserver', dry_run: dryRun, group, resource, scope, subresource, verb, version },
      value: turn.memory.get<number>(cell) ?? 0,
    };
  });
}
