import type { RequestAnswer } from '../../process/program.ts';
import type { Turn } from '../../sim/turn.ts';
import { containerRecord, containersOf } from './containers.ts';
import type { ContainerRecord, ImageRecord, Sandbox } from './cri.ts';
import { listImages, removeImage } from './images.ts';
import { readLog } from './logs.ts';
import { type RuntimeInfo, runtimeInfo } from './runtimes.ts';
import { containerStats } from './stats.ts';

/** How crictl addresses the runtime of its node, whichever it is. */
export const CRI_SOCKET = 'unix:///run/cri.sock';

/** What `crictl` gets of a container. */
export interface ListedContainer extends ContainerRecord {
  readonly sandbox: Sandbox;
}

/** What the runtime tells over its socket. */
export interface Listing {
  readonly now: number;
  readonly runtime: RuntimeInfo;
  readonly sandboxes: readonly Sandbox[];
  readonly containers: readonly ListedContainer[];
  readonly images: readonly ImageRecord[];
}

/** Answers `crictl`: everything there is, one log, one container's statistics, or an image removed. */
export function answerCrictl(turn: Turn, path: string, body: { readonly id?: string }): RequestAnswer {
  const { id = '' } = body ?? {};
  switch (path) {
    case '/logs':
      return { code: 200, body: { text: readLog(turn, id, {}) } };
    case '/stats':
      return { code: 200, body: containerRecord(turn, id) ? containerStats(turn, id) : {} };
    case '/rmi':
      removeImage(turn, id);
      return { code: 200, body: {} };
    default:
      return { code: 200, body: listing(turn) };
  }
}

function listing(turn: Turn): Listing {
  const sandboxes = turn.memory.keys('sandbox/').map((key) => turn.memory.get<Sandbox>(key) as Sandbox);
  const containers = sandboxes.flatMap((sandbox) =>
    containersOf(turn, sandbox.uid).map((container) => ({ ...container, sandbox })),
  );
  return { now: turn.now, runtime: runtimeInfo(turn), sandboxes, containers, images: listImages(turn) };
}
