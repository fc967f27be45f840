import { useEffect, useState } from 'react';
import type { MethodName, Params, Result } from '../../engine/protocol/messages.ts';
import { ask, showError } from './engine.ts';
import { useSession } from './session-store.ts';

/** What the engine answers to a question, asked again at every move of time and on every branch; undefined until it has answered, and without a question. */
export function useAnswer<M extends MethodName>(method: M, params: Params<M> | undefined): Result<M> | undefined {
  const [answer, setAnswer] = useState<Result<M>>();
  const step = useSession((session) => session.state?.shown.step);
  const branch = useSession((session) => session.state?.branch);
  const question = JSON.stringify(params);
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal questions are one, and a move of time changes the answer
  useEffect(() => {
    if (params === undefined) {
      setAnswer(undefined);
      return;
    }
    let isCurrent = true;
    ask(method, params)
      .then((given) => isCurrent && setAnswer(() => given))
      .catch(showError);
    return () => {
      isCurrent = false;
    };
  }, [method, question, step, branch]);
  return params === undefined ? undefined : answer;
}
