import type { ApiRequest, ApiResponse } from '../apiserver/request.ts';
import type { Component } from '../sim/component.ts';
import type { Task } from '../sim/task.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';

/** The answer to the last input of an outside client, in its memory under `answer`. */
export type OutsideAnswer = ApiResponse | { readonly unreachable: string };

/** What a client that is not in the model does: each is an input of the session, for the component `client/<name>`. */
type OutsideTask =
  /** With `sameCertificate`, the client shows the certificate that it showed last: sessions then hold it once. */
  | { readonly kind: 'request'; readonly request: ApiRequest; readonly sameCertificate?: true }
  /** More on an open stream: text, the end of it, a further connection, or hanging up. */
  | { readonly kind: 'say'; readonly stream: number; readonly [said: string]: Task[string] };

/**
 * `client/<name>`: a real kubectl, Helm or client library at the cluster's door. It keeps its last answer; chunks of its
 * streams come as tasks `stream`, which the trace holds for whoever carries them out.
 */
export const outsideClient: Component = {
  name: 'client',
  survives: () => true,
  handle(turn, task) {
    const outside = task as Task & OutsideTask;
    if (outside.kind === 'request') {
      turn.memory.set('answer', answer(turn, certified(turn, outside.request, outside.sameCertificate)));
    } else if (outside.kind === 'say') {
      const { kind: _, ...said } = outside;
      turn.memory.set('answer', answer(turn, said) ?? null);
    }
  },
};

function certified(turn: Turn, request: ApiRequest, isSame: true | undefined): ApiRequest {
  const { clientCertificate } = request;
  if (clientCertificate !== undefined) turn.memory.set('certificate', clientCertificate);
  return isSame ? { ...request, clientCertificate: turn.memory.get<string>('certificate') } : request;
}

function answer(turn: Turn, request: object): OutsideAnswer {
  try {
    return turn.call('kube-apiserver', request) as ApiResponse;
  } catch (error) {
    if (error instanceof Unreachable) return { unreachable: error.message };
    throw error;
  }
}
