import type { Call } from '../call.ts';
import { binding } from './binding.ts';
import { eviction } from './eviction.ts';
import { attach, exec } from './exec.ts';
import { finalize } from './finalize.ts';
import { log } from './log.ts';
import { portForward } from './port-forward.ts';
import { reverseProxy } from './reverse-proxy.ts';
import { scale } from './scale.ts';
import { status } from './status.ts';
import type { SubresourceHandler } from './subresource.ts';
import { token } from './token.ts';

const HANDLERS: Readonly<Record<string, SubresourceHandler>> = {
  approval: status,
  attach,
  binding,
  ephemeralcontainers: status,
  eviction,
  exec,
  finalize,
  log,
  portforward: portForward,
  proxy: reverseProxy,
  resize: status,
  scale,
  status,
  token,
};

/** Whether a kind has a subresource of that name. */
export function hasSubresource(call: Pick<Call, 'kind' | 'subresource'>): boolean {
  const { subresources } = call.kind;
  for (let at = 0; at < subresources.length; at++) if (subresources[at]?.name === call.subresource) return true;
  return false;
}

/** Who serves a subresource; `undefined` when nobody does. */
export function subresourceHandler(call: Pick<Call, 'kind' | 'subresource'>): SubresourceHandler | undefined {
  const handler = HANDLERS[call.subresource];
  if (!hasSubresource(call)) return undefined;
  if (handler?.resources !== undefined && !handler.resources.includes(call.kind.resource)) return undefined;
  return handler;
}
