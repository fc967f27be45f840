import { type HttpReply, httpServer } from './http.ts';
import { binary, type Image, image } from './image.ts';
import { overTls } from './tls.ts';

const OK: HttpReply = { code: 200, type: 'text/plain; charset=utf-8', body: 'ok' };

/**
 * metrics-server as far as its pod goes: it listens, and says that it is well. What it measures is the component
 * `metrics-server`'s.
 */
export const metricsServerProgram = overTls(
  httpServer(
    'metrics-server',
    ({ argv }) => Number(argv.map((word) => /^--secure-port=(\d+)$/.exec(word)?.[1]).find(Boolean) ?? 443),
    // biome-ignore lint/correctness/useYield: this server needs no system calls to answer
    function* () {
      return OK;
    },
    {
      refused: (port, reason) => `Error: failed to create listener: listen tcp :${port}: bind: ${reason}`,
      drains: true,
    },
  ),
);

export const metricsServerImages: readonly Image[] = [
  image('registry.k8s.io/metrics-server/metrics-server', ['v0.7.2', 'v0.8.0', 'v0.8.1'], 22, {
    entrypoint: ['/metrics-server'],
    command: [],
    tools: false,
    user: 65534,
    ports: [443],
    files: { '/metrics-server': binary('metrics-server') },
  }),
];
