import type { Program, SelfInformation } from '../program.ts';
import { agnhost, GRPC, SERVING } from './agnhost.ts';
import { type HttpReply, httpEnd, httpServer } from './http.ts';
import { BASH, binary, type Image, image } from './image.ts';
import { perlPrograms } from './perl.ts';
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

/** A server that also answers the health checks of gRPC probes. */
function withGrpc(kind: ServerKind): ServerKind {
  return {
    ...kind,
    end: (received) => (received.startsWith(GRPC) ? received.length : httpEnd(received)),
    answer: (invocation, request, connection) =>
      request.startsWith(GRPC) ? { reply: SERVING } : kind.answer(invocation, request, connection),
  };
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

/** The application of the tutorial "Kubernetes Basics". */
function bootcamp(version: string): ServerKind {
  return httpServer(
    'bootcamp',
    () => 8080,
    function* () {
      const { hostname } = (yield { call: 'self' }) as SelfInformation;
      return text(`Hello Kubernetes bootcamp! | Running on: ${hostname} | v=${version}\n`);
    },
  );
}

/** The application of the tutorial "Hello Minikube". */
const nodeHello = httpServer(
  'node-hello',
  () => 8080,
  // biome-ignore lint/correctness/useYield: this server needs no system calls to answer
  function* () {
    return text('Hello Kubernetes!');
  },
);

export const samplePrograms: Readonly<Record<string, Program>> = {
  'bootcamp-1': server(bootcamp('1')),
  'bootcamp-2': server(bootcamp('2')),
  'node-hello': server(nodeHello),
  ...perlPrograms,
  'php-apache': server(php),
  agnhost,
  etcd: server(etcd),
};

/** Images that the tasks of the Kubernetes documentation use. */
export const sampleImages: readonly Image[] = [
  ...['gcr.io/google-samples/kubernetes-bootcamp', 'docker.io/jocatalin/kubernetes-bootcamp'].flatMap((name) =>
    ['1', '2'].map((version) =>
      image(name, [`v${version}`], 83, {
        command: ['/bootcamp'],
        ports: [8080],
        files: { ...BASH, '/bootcamp': binary(`bootcamp-${version}`), '/usr/bin/curl': binary('curl') },
      }),
    ),
  ),
  image('gcr.io/google-samples/node-hello', ['1.0'], 260, {
    command: ['/node-hello'],
    ports: [8080],
    files: { ...BASH, '/node-hello': binary('node-hello') },
  }),
  image('docker.io/library/perl', ['5.34', '5.34.0', '5.36', '5.38', '5.40'], 350, {
    command: ['perl', '-de0'],
    files: { ...BASH, '/usr/local/bin/perl': binary('perl') },
  }),
  image('registry.k8s.io/hpa-example', ['latest'], 180, {
    command: ['apache2-foreground'],
    ports: [80],
    files: { '/usr/local/bin/apache2-foreground': binary('php-apache') },
  }),
  image('registry.k8s.io/e2e-test-images/agnhost', ['2.39', '2.40', '2.43', '2.47', '2.53'], 52, {
    entrypoint: ['/agnhost'],
    command: ['pause'],
    ports: [8080],
    files: {
      '/agnhost': binary('agnhost'),
      '/usr/bin/curl': binary('curl'),
      '/usr/bin/dig': binary('dig'),
      '/usr/bin/getent': binary('getent'),
    },
  }),
  image('registry.k8s.io/etcd', ['3.5.1-0', '3.5.21-0', '3.6.5-0'], 56, {
    command: ['etcd'],
    tools: false,
    ports: [2379],
    files: { '/usr/local/bin/etcd': binary('etcd') },
  }),
];
