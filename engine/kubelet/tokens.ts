import { ApiError } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { parseTimestamp } from '../sim/time.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { kubeletClient } from './pod.ts';
import { MountError } from './volume.ts';

/** What a projected volume says of a token. */
interface TokenSource {
  readonly path: string;
  readonly audience?: string;
  readonly expirationSeconds?: number;
}

interface KnownToken {
  readonly text: string;
  readonly expires: number;
  readonly lifetime: number;
}

const DEFAULT_SECONDS = 3600;
const OLDEST = 24 * 3_600_000;

/** A token is replaced when four fifths of its life are over, and after a day (`pkg/kubelet/token/token_manager.go`). */
function isFresh({ expires, lifetime }: KnownToken, now: number): boolean {
  return now < expires - lifetime / 5 && now < expires - lifetime + OLDEST;
}

/** The token of a pod's service account, bound to the pod; asked for once and kept for most of its life. */
export function podToken(turn: Turn, pod: KubeObject, volume: string, source: TokenSource): string {
  const cell = `volume/${pod.metadata.uid}/${volume}/token/${source.path}`;
  const known = turn.memory.get<KnownToken>(cell);
  if (known !== undefined && isFresh(known, turn.now)) return known.text;
  try {
    const token = requestToken(turn, pod, source);
    turn.memory.set(cell, token);
    return token.text;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    // Better the old one than none, as long as it is good.
    if (known !== undefined && turn.now < known.expires) return known.text;
    throw new MountError(`MountVolume.SetUp failed for volume "${volume}" : failed to fetch token: ${error.message}`);
  }
}

function requestToken(
  turn: Turn,
  pod: KubeObject,
  { audience, expirationSeconds = DEFAULT_SECONDS }: TokenSource,
): KnownToken {
  const { name, namespace = '', uid } = pod.metadata;
  const { status } = kubeletClient(turn).createSubresource(
    'serviceaccounts',
    namespace,
    pod.spec.serviceAccountName ?? 'default',
    'token',
    {
      spec: {
        ...(audience ? { audiences: [audience] } : {}),
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    },
  );
  return {
    text: status.token,
    expires: parseTimestamp(status.expirationTimestamp),
    lifetime: expirationSeconds * 1000,
  };
}
