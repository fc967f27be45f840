import type { ApiResponse } from '../../engine/index.ts';
import { failure } from './failure.ts';
import { clientName, credentialsOf, type HttpRequest } from './http-request.ts';
import { isAnswered } from './http-response.ts';
import type { ServedSession } from './served-session.ts';

/** What `POST /orrery/v1/advance` takes: exactly one of these. */
interface Advance {
  readonly seconds?: number;
  readonly events?: number;
  readonly settled?: boolean;
}

/** The crank over HTTP: `GET /orrery/v1/clock` and `POST /orrery/v1/advance`. Both answer where the clock stands. */
export function control(session: ServedSession, request: HttpRequest, body: string): ApiResponse {
  const path = request.url?.split('?')[0] ?? '';
  const refusal = refusalOf(session, request, path);
  if (refusal !== undefined) return refusal;
  if (path === '/orrery/v1/clock' && request.method === 'GET') return clock(session);
  if (path === '/orrery/v1/advance' && request.method === 'POST') return advance(session, body);
  if (path === '/orrery/v1/clock' || path === '/orrery/v1/advance') {
    return failure(405, 'MethodNotAllowed', 'use GET /orrery/v1/clock and POST /orrery/v1/advance');
  }
  return failure(404, 'NotFound', 'known are GET /orrery/v1/clock and POST /orrery/v1/advance');
}

/** Credentials that were let in, by path and method: asking again and again would fill the session with questions. */
const admitted = new WeakMap<ServedSession, Set<string>>();

/** The crank is for whoever may use its path: as an administrator may, or by a rule with `nonResourceURLs`. */
function refusalOf(session: ServedSession, request: HttpRequest, path: string): ApiResponse | undefined {
  const { authorization } = request.headers;
  const credentials = credentialsOf(request);
  const verb = (request.method ?? 'GET').toLowerCase();
  const known = admitted.get(session) ?? new Set<string>();
  admitted.set(session, known);
  const key = JSON.stringify([verb, path, authorization, credentials.clientCertificate]);
  if (known.has(key)) return undefined;
  const answer = session.request(clientName(request), {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    headers: authorization === undefined ? {} : { authorization },
    body: { spec: { nonResourceAttributes: { path, verb } } },
    ...credentials,
  });
  if (!isAnswered(answer))
    return failure(503, 'ServiceUnavailable', 'the API server does not run, so nobody can be known');
  if (answer.code >= 400) return answer;
  const { status } = answer.body as { readonly status?: { readonly allowed?: boolean } };
  if (status?.allowed !== true) return failure(403, 'Forbidden', `forbidden: cannot ${verb} path "${path}"`);
  known.add(key);
  return undefined;
}

function clock({ session, speed }: ServedSession): ApiResponse {
  const { step, time } = session.head;
  return {
    code: 200,
    body: { time: new Date(time).toISOString(), milliseconds: time, step, settled: session.isSettled, speed },
  };
}

const USAGE = 'the body is one of {"seconds": 10}, {"events": 1} and {"settled": true}';

function advance(session: ServedSession, body: string): ApiResponse {
  let asked: Advance;
  try {
    asked = JSON.parse(body) as Advance;
  } catch {
    return failure(400, 'BadRequest', USAGE);
  }
  const { seconds, events, settled } = asked ?? {};
  if (isCount(seconds)) session.act((moved) => moved.advance(Math.round(seconds * 1000)));
  else if (isCount(events) && Number.isInteger(events)) {
    session.act((moved) => {
      for (let step = 0; step < events; step++) moved.step();
    });
  } else if (settled === true) session.act((moved) => moved.settle());
  else return failure(400, 'BadRequest', USAGE);
  return clock(session);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
