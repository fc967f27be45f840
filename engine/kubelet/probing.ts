import type { Turn } from '../sim/turn.ts';
import { type Dialer, dial, httpText, unsealed, urlOf } from './dialing.ts';
import { portOf } from './hooks.ts';
import { type Container, cri, type PodCell, runtimeStatus } from './pod.ts';
import type { ProbePortAnswer } from './runtime/cri.ts';

/** What a probe found out. `isError`: nothing, because it could not even be tried. */
export interface Outcome {
  readonly isSuccess: boolean;
  readonly output: string;
  readonly isError?: boolean;
  /** A success of which something is to be told. */
  readonly isWarning?: boolean;
  /** The answer comes only when the probe's timeout is over. */
  readonly isLate?: boolean;
}

const failure = (output: string): Outcome => ({ isSuccess: false, output });
const late = (output: string): Outcome => ({ isSuccess: false, output, isLate: true });

/** Asks what can be asked at once. Source of the messages: `pkg/probe/{http,tcp,grpc}`. */
export function askProbe(turn: Turn, cell: PodCell, container: Container, spec: Container): Outcome {
  const { uid } = cell.pod.metadata;
  const address = runtimeStatus(turn, uid).sandbox?.address ?? '';
  const handler = spec.httpGet ?? spec.tcpSocket ?? spec.grpc;
  const port = portOf(container, handler.port);
  if (Number.isNaN(port))
    return { ...failure(`strconv.Atoi: parsing ${JSON.stringify(handler.port)}: invalid syntax`), isError: true };
  const host: string = handler.host || address;
  const from = { uid, address };
  if (spec.tcpSocket) {
    const { error, isLate } = dial(turn, from, host, port);
    if (error === undefined) return { isSuccess: true, output: '' };
    return isLate ? late(error) : failure(error);
  }
  return spec.grpc ? askGrpc(turn, uid, host, port, spec) : askHttp(turn, from, host, port, handler);
}

const MAX_REDIRECTS = 10;

/** Follows redirects on the same host; one that leads elsewhere is a success with a warning (`RedirectChecker`). */
function askHttp(turn: Turn, from: Dialer, host: string, port: number, handler: Container, hops = 0): Outcome {
  const dialed = dial(turn, from, host, port, httpText(host, port, handler, 'kube-probe/1.36'));
  const { reply, isSecure } = unsealed(dialed.reply);
  const url = urlOf(host, port, handler);
  if (dialed.error !== undefined && !dialed.isLate) return failure(`Get "${url}": ${dialed.error}`);
  const code = Number(/^HTTP\/\d\.\d (\d{3})/.exec(reply)?.[1]);
  if (Number.isNaN(code))
    return late(`Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
  const isAsked = handler.scheme === 'HTTPS';
  if (!isAsked && isSecure) return failure('HTTP probe failed with statuscode: 400');
  if (isAsked && !isSecure) return failure(`Get "${url}": http: server gave HTTP response to HTTPS client`);
  if (code < 200 || code >= 400) return failure(`HTTP probe failed with statuscode: ${code}`);
  const [head = '', body = ''] = reply.split(/\r?\n\r?\n(.*)/s);
  const location = /^location: *(.*?)\r?$/im.exec(head)?.[1];
  if (code < 300 || location === undefined) return { isSuccess: true, output: '' };
  const target = /^(https?):\/\/([^/:?#]+)(?::(\d+))?(.*)$/.exec(location);
  if (target !== null && target[2] !== host)
    return { isSuccess: true, isWarning: true, output: `Probe terminated redirects, Response body: ${body}` };
  if (hops === MAX_REDIRECTS) return failure(`Get "${location}": stopped after ${MAX_REDIRECTS} redirects`);
  const scheme = target === null ? handler.scheme : target[1]?.toUpperCase();
  const standard = scheme === 'HTTPS' ? 443 : 80;
  const next = { ...handler, scheme, path: target === null ? location : target[4] || '/' };
  return askHttp(turn, from, host, target === null ? port : Number(target[3] ?? standard), next, hops + 1);
}

/** Opens an HTTP/2 connection as gRPC does, and asks `grpc.health.v1.Health/Check` in a line of text. */
function askGrpc(turn: Turn, uid: string, host: string, port: number, spec: Container): Outcome {
  const text = `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngrpc.health.v1.Health/Check ${spec.grpc.service ?? ''}\r\n`;
  const { isOpen, reply } = cri<ProbePortAnswer>(turn, { call: 'ProbePort', uid, port, text });
  const status = isOpen ? /^grpc ([A-Z_]+)/.exec(reply)?.[1] : undefined;
  if (status === undefined) {
    const timeout = spec.timeoutSeconds ?? 1;
    return late(`timeout: failed to connect service "${host}:${port}" within ${timeout}s: context deadline exceeded`);
  }
  return status === 'SERVING'
    ? { isSuccess: true, output: '' }
    : failure(`service unhealthy (responded with "${status}")`);
}

/** What the end of an exec probe means: a command that could not be started is an error of the probe, not a failure. */
export function execOutcome(status: number, output: string): Outcome {
  if (status >= 0) return { isSuccess: status === 0, output };
  if (!output.startsWith('failed to exec')) return failure(output);
  return { isSuccess: false, output: `rpc error: code = Unknown desc = ${output}`, isError: true };
}
