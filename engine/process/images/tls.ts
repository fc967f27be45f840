import type { ServerKind } from './server.ts';

/** Stands for the handshake in what a server sends: whoever speaks to it in the clear gets this before anything else. */
export const TLS_HANDSHAKE = 'TLS ';

/** The same server behind a certificate. */
export function overTls(kind: ServerKind): ServerKind {
  return {
    ...kind,
    *answer(invocation, request, connection) {
      const given = kind.answer(invocation, request, connection);
      const answer = Symbol.iterator in given ? yield* given : given;
      return answer.reply ? { reply: TLS_HANDSHAKE + answer.reply } : answer;
    },
  };
}
