import { type HttpReply, httpServer } from './http.ts';
import { binary, type Image, image } from './image.ts';

/** CoreDNS's ports besides 53: health, readiness, metrics. */
const MORE_PORTS = [8080, 8181, 9153];

const OK: HttpReply = { code: 200, type: 'text/plain; charset=utf-8', body: 'OK' };

/**
 * CoreDNS as far as a node sees it: it listens on port 53, where the runtime answers names for it, and says over HTTP
 * that it is well.
 */
export const coredns = httpServer(
  'coredns',
  () => 53,
  // biome-ignore lint/correctness/useYield: this server needs no system calls to answer
  function* () {
    return OK;
  },
  {
    morePorts: () => MORE_PORTS,
    refused: (port, reason) => `Listen: listen tcp :${port}: bind: ${reason}`,
    drains: true,
  },
);

export const dnsImages: readonly Image[] = [
  image('registry.k8s.io/coredns/coredns', ['v1.11.3', 'v1.12.0', 'v1.13.1'], 22, {
    entrypoint: ['/coredns'],
    command: [],
    tools: false,
    ports: [53],
    files: { '/coredns': binary('coredns') },
  }),
];
