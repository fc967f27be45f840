import type { EngineMessage, MethodName, Params, Result, WindowMessage } from '../../engine/protocol/messages.ts';
import type { Transport } from '../../engine/protocol/transport.ts';
import type { Problem } from '../../engine/protocol/views.ts';
import { english } from '../../engine/sentence.ts';

/** A request was refused or failed; `problem` is what the learner should read. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(english(problem.message));
    this.problem = problem;
  }
}

export type News = Extract<EngineMessage, { readonly event: string }>;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The window's end of the protocol: requests become promises, news goes to one listener. */
export class Connection {
  private readonly transport: Transport<WindowMessage, EngineMessage>;
  private readonly pending = new Map<number, Pending>();
  private count = 0;
  private onNews: (news: News) => void = () => {};

  constructor(transport: Transport<WindowMessage, EngineMessage>) {
    this.transport = transport;
    transport.onMessage((message) => this.receive(message));
    transport.onClose?.((reason) => this.close(reason));
  }

  listen(listener: (news: News) => void): void {
    this.onNews = listener;
  }

  request<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    const id = ++this.count;
    const answer = new Promise<Result<M>>((resolve, reject) => {
      this.pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
    });
    this.transport.send({ id, method, params });
    return answer;
  }

  private receive(message: EngineMessage): void {
    if ('event' in message) {
      this.onNews(message);
      return;
    }
    const pending = this.pending.get(message.id);
    this.pending.delete(message.id);
    if ('error' in message) pending?.reject(new RequestError(message.error));
    else pending?.resolve(message.result);
  }

  private close(reason: string): void {
    for (const { reject } of this.pending.values()) reject(new RequestError({ message: reason }));
    this.pending.clear();
  }
}
