import type { ApiRequest, ApiResponse, Session } from '../../engine/index.ts';
import { english } from '../../engine/sentence.ts';

/** What a line of a case file that begins with `orrery` does to the clockwork; answers what it prints. */
type ClockworkCommand = (session: Session, words: readonly string[]) => readonly string[];

const world = (
  session: Session,
  task: { readonly kind: string; readonly [field: string]: string },
): readonly string[] => {
  session.input('world', task);
  return [];
};

const ADMIN = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

/**
 * The commands, each with its usage:
 *
 *     orrery stop|start COMPONENT           a process, a family (kube-controller-manager) or a machine (node-1)
 *     orrery cut|heal COMPONENT COMPONENT   the network between two components
 *     orrery add-node                       one more machine
 *     orrery step [N]                       N events; prints who had a turn
 *     orrery turn COMPONENT                 runs until the component has had a turn; prints what it called and noted
 *     orrery patch PATH JSON                a merge patch that arrives now, between two events; prints the code
 */
const COMMANDS: Readonly<Record<string, ClockworkCommand>> = {
  stop: (session, [component = '']) => world(session, { kind: 'stop', component }),
  start: (session, [component = '']) => world(session, { kind: 'start', component }),
  cut: (session, [from = '', to = '']) => world(session, { kind: 'cut', from, to }),
  heal: (session, [from = '', to = '']) => world(session, { kind: 'heal', from, to }),
  'add-node': (session) => world(session, { kind: 'add-node' }),
  step: (session, [count = '1']) =>
    Array.from({ length: Number(count) }, () => session.step()).flatMap((record) => (record ? [record.component] : [])),
  turn: (session, [component = '']) => {
    const record = session.turnOf(component);
    if (!record) return [`${component} had no turn`];
    return [
      ...record.calls.map(({ to, summary }) => `${to} <- ${summary}`),
      ...record.notes.map(({ sentence }) => english(sentence)),
    ];
  },
  patch: (session, [path = '', ...json]) => {
    const request: ApiRequest = {
      method: 'PATCH',
      path,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.parse(json.join(' ')) as object,
      user: ADMIN,
    };
    session.input('world', { kind: 'request', id: 'patch', request: request as never });
    const answer = session.moment().memory('world').get<ApiResponse>('answer/patch');
    return [String(answer?.code)];
  },
};

/** Runs `orrery …` of a case file; undefined when the line is none of it. */
export function clockworkLines(session: Session, line: string): readonly string[] | undefined {
  const [program, name = '', ...words] = line.split(' ');
  const command = program === 'orrery' ? COMMANDS[name] : undefined;
  return command?.(session, words);
}
