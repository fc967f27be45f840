import type { Invocation, ProcessInformation, Program, SelfInformation, Syscall } from '../program.ts';
import { type HttpReply, type HttpRequest, httpEnd, httpServer, httpText, parseRequest } from './http.ts';
import { binary, type Image, image } from './image.ts';
import { type ServerKind, server } from './server.ts';

const text = (body: string, code = 200): HttpReply => ({ code, type: 'text/plain', body });

/** Milliseconds of a core that one request to the sample of the autoscaling walkthrough takes. */
const PHP_WORK = 100;

/** `hpa-example`: computes, then says OK. */
const php = httpServer(
  'Apache/2.4.10 (Debian)',
  () => 80,
  function* () {
    yield { call: 'compute', milliseconds: PHP_WORK };
    return { code: 200, type: 'text/html', body: 'OK!' };
  },
);

function flag({ argv }: Invocation, name: string): string | undefined {
  const found = argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  if (found < 0) return undefined;
  const word = argv[found] as string;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[found + 1];
}

/** What agnhost does is its first argument. */
const role = ({ argv }: Invocation): string => argv[1] ?? 'pause';

function agnhostPort(invocation: Invocation): number {
  if (role(invocation) === 'grpc-health-checking') return Number(flag(invocation, 'port') ?? 5000);
  if (role(invocation) === 'serve-hostname') return Number(flag(invocation, 'port') ?? 9376);
  return Number(flag(invocation, 'http-port') ?? 8080);
}

/** After so long the server of the liveness walkthrough is no longer well. */
const WELL = 10_000;

function* respond(request: HttpRequest, invocation: Invocation): Generator<Syscall, HttpReply, unknown> {
  const { hostname } = (yield { call: 'self' }) as SelfInformation;
  if (role(invocation) === 'liveness') {
    const processes = (yield { call: 'processes' }) as readonly ProcessInformation[];
    const lived = ((yield { call: 'now' }) as number) - (processes[0]?.started ?? 0);
    return lived > WELL ? text(`error: ${lived / 1000}`, 500) : text('ok');
  }
  switch (request.path) {
    case '/healthz':
      return text('');
    case '/echo':
      return text(decodeURIComponent(/(?:^|&)msg=([^&]*)/.exec(request.query)?.[1] ?? ''));
    case '/':
    case '/hostname':
    case '/hostName':
      return text(role(invocation) === 'netexec' && request.path === '/' ? `NOW: ${yield { call: 'now' }}` : hostname);
    default:
      return text('404 page not found\n', 404);
  }
}

/** The one word of gRPC that a kubelet's probe understands here: the answer to a health check. */
const SERVING = 'grpc SERVING';

/** A server that also answers the health checks of gRPC probes. */
function withGrpc(kind: ServerKind): ServerKind {
  return {
    ...kind,
    end: (received) => (received.startsWith('PRI * HTTP/2.0') ? received.length : httpEnd(received)),
    answer: (invocation, request, connection) =>
      request.startsWith('PRI * HTTP/2.0') ? { reply: SERVING } : kind.answer(invocation, request, connection),
  };
}

/** What agnhost can do here of the many things it does. */
const ROLES = ['grpc-health-checking', 'liveness', 'netexec', 'pause', 'serve-hostname'];

const agnhost: ServerKind = {
  ...withGrpc(httpServer('agnhost', agnhostPort, respond)),
  refusal: (invocation) =>
    ROLES.includes(role(invocation))
      ? undefined
      : `agnhost: ${role(invocation)} is not simulated; what is: ${ROLES.join(', ')}`,
  answer(invocation, request) {
    if (request.startsWith('PRI * HTTP/2.0'))
      return role(invocation) === 'grpc-health-checking' ? { reply: SERVING } : { reply: '' };
    return answerHttp(invocation, request);
  },
};

function* answerHttp(invocation: Invocation, request: string): Generator<Syscall, { readonly reply: string }, unknown> {
  const parsed = parseRequest(request);
  return { reply: httpText(yield* respond(parsed, invocation), parsed.method, 'agnhost') };
}

const etcd = withGrpc(
  httpServer(
    'etcd',
    () => 2379,
    // biome-ignore lint/correctness/useYield: this server needs no system calls to answer
    function* ({ path }) {
      return path === '/health'
        ? { code: 200, type: 'application/json', body: '{"health":"true","reason":""}' }
        : text('404 page not found\n', 404);
    },
  ),
);

export const samplePrograms: Readonly<Record<string, Program>> = {
  'php-apache': server(php),
  agnhost: server(agnhost),
  etcd: server(etcd),
};

/** Images that the tasks of the Kubernetes documentation use. */
export const sampleImages: readonly Image[] = [
  image('registry.k8s.io/hpa-example', ['latest'], 180, {
    command: ['apache2-foreground'],
    ports: [80],
    files: { '/usr/local/bin/apache2-foreground': binary('php-apache') },
  }),
  image('registry.k8s.io/e2e-test-images/agnhost', ['2.39', '2.40', '2.43', '2.47', '2.53'], 52, {
    entrypoint: ['/agnhost'],
    command: ['pause'],
    ports: [8080],
    files: { '/agnhost': binary('agnhost') },
  }),
  image('registry.k8s.io/etcd', ['3.5.1-0', '3.5.21-0', '3.6.5-0'], 56, {
    command: ['etcd'],
    tools: false,
    ports: [2379],
    files: { '/usr/local/bin/etcd': binary('etcd') },
  }),
];
