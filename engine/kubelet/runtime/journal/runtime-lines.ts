import { english } from '../../../sentence.ts';
import type { Change, History } from '../../../sim/history.ts';
import { microTimestamp } from '../../../sim/time.ts';
import type { ContainerRecord, Sandbox } from '../cri.ts';
import type { RuntimeName } from '../runtime-name.ts';
import { RUNTIMES } from '../runtimes.ts';
import { ERROR, INFORMATION, type Line } from './entry.ts';

/** What a runtime says to each thing that it does; nothing where it keeps quiet. */
interface Words {
  readonly started: (version: string) => string;
  readonly sandboxMade?: (sandbox: Sandbox) => string;
  readonly sandboxStopped?: (sandbox: Sandbox) => string;
  readonly sandboxRemoved?: (sandbox: Sandbox) => string;
  readonly created?: (container: ContainerRecord, sandbox: string) => string;
  readonly begun?: (container: ContainerRecord) => string;
  readonly stopping?: (id: string) => string;
  readonly ended?: (container: ContainerRecord) => string;
  readonly removed?: (container: ContainerRecord) => string;
  readonly pulling?: (image: string) => string;
  readonly pulled?: (image: string) => string;
}

const sandboxName = ({ name, uid, namespace }: Sandbox): string =>
  `&PodSandboxMetadata{Name:${name},Uid:${uid},Namespace:${namespace},Attempt:0,}`;

/** Source: the log lines of `internal/cri/instrument` and `internal/cri/server` in containerd; CRI-O's `server`; dockerd. */
const WORDS: Readonly<Record<RuntimeName, Words>> = {
  containerd: {
    started: (version) => `starting containerd version=v${version}`,
    sandboxMade: (sandbox) => `RunPodSandbox for ${sandboxName(sandbox)} returns sandbox id "${sandbox.id}"`,
    sandboxStopped: ({ id }) => `StopPodSandbox for "${id}" returns successfully`,
    sandboxRemoved: ({ id }) => `RemovePodSandbox "${id}" returns successfully`,
    created: ({ id, name, attempt }, sandbox) =>
      `CreateContainer within sandbox "${sandbox}" for &ContainerMetadata{Name:${name},Attempt:${attempt},} returns container id "${id}"`,
    begun: ({ id }) => `StartContainer for "${id}" returns successfully`,
    stopping: (id) => `StopContainer for "${id}"`,
    ended: ({ id }) => `shim disconnected id=${id} namespace=k8s.io`,
    removed: ({ id }) => `RemoveContainer for "${id}" returns successfully`,
    pulling: (image) => `PullImage "${image}"`,
    pulled: (image) => `PullImage "${image}" returns`,
  },
  'cri-o': {
    started: (version) => `Starting CRI-O, version: ${version}, git: unknown(clean)`,
    sandboxMade: ({ id, namespace, name }) => `Ran pod sandbox ${id} with infra container: ${namespace}/${name}/POD`,
    sandboxStopped: ({ id }) => `Stopped pod sandbox: ${id}`,
    sandboxRemoved: ({ id }) => `Removed pod sandbox: ${id}`,
    created: ({ id, name }) => `Created container ${id}: ${name}`,
    begun: ({ id }) => `Started container containerID=${id}`,
    stopping: (id) => `Stopping container: ${id}`,
    ended: ({ id, exitCode }) => `Container ${id} exited with code ${exitCode}`,
    removed: ({ id }) => `Removed container ${id}`,
    pulling: (image) => `Pulling image: ${image}`,
    pulled: (image) => `Pulled image: ${image}`,
  },
  docker: {
    started: (version) => `Docker daemon version=${version}`,
    ended: ({ id }) => `ignoring event container=${id} module=libcontainerd namespace=moby topic=/tasks/delete`,
  },
};

/** What the runtime of a node has written since a step: computed from what it has remembered and noted. */
export function runtimeLines(history: History, node: string, after: number, runtime: RuntimeName): readonly Line[] {
  const component = `containerd/${node}`;
  const words = WORDS[runtime];
  const lines: Line[] = [];
  const write = ({ time, step }: { time: number; step: number }, text: string | undefined, level = 'info'): void => {
    if (text === undefined) return;
    const [, message = text, fields = ''] = /^(.*?)((?: [a-z]\w*=\S+)*)$/i.exec(text) ?? [];
    const stamp = microTimestamp(time).replace('Z', '000Z');
    lines.push({
      time,
      step,
      priority: level === 'error' ? ERROR : INFORMATION,
      message: `time="${stamp}" level=${level} msg=${JSON.stringify(message)}${fields}`,
    });
  };
  for (const run of history.runs(component, after))
    if (run.isStart) write(run, words.started(RUNTIMES[runtime].version));
  for (const change of history.changes(component, 'sandbox/', after)) write(change, sandboxText(change, words));
  const sandboxes = sandboxIds(history, component);
  for (const change of history.changes(component, 'container/', after))
    write(change, containerText(change, words, sandboxes));
  for (const change of history.changes(component, 'stopping/', after))
    if (change.after !== undefined) write(change, words.stopping?.(change.key.slice('stopping/'.length)));
  for (const { time, step, notes } of history.steps(after))
    for (const note of notes) {
      const [, image, end] =
        /^PullImage "(.*?)"( returns| failed: .*)?$/s.exec(
          note.component === component ? english(note.sentence) : '',
        ) ?? [];
      if (image === undefined) continue;
      if (end === undefined) write({ time, step }, words.pulling?.(image));
      else if (end === ' returns') write({ time, step }, words.pulled?.(image));
      else write({ time, step }, `${words.pulling?.(image) ?? image}${end}`, 'error');
    }
  return lines;
}

function sandboxIds(history: History, component: string): ReadonlyMap<string, string> {
  return new Map(
    history.changes(component, 'sandbox/').flatMap(({ after }) => {
      const sandbox = after as Sandbox | undefined;
      return sandbox === undefined ? [] : [[sandbox.uid, sandbox.id] as const];
    }),
  );
}

function sandboxText({ before, after }: Change, words: Words): string | undefined {
  const [old, now] = [before as Sandbox | undefined, after as Sandbox | undefined];
  if (now === undefined) return old && words.sandboxRemoved?.(old);
  if (now.id !== old?.id) return words.sandboxMade?.(now);
  return now.state === 'notready' && old.state !== 'notready' ? words.sandboxStopped?.(now) : undefined;
}

function containerText(
  { before, after }: Change,
  words: Words,
  sandboxes: ReadonlyMap<string, string>,
): string | undefined {
  const [old, now] = [before as ContainerRecord | undefined, after as ContainerRecord | undefined];
  if (now === undefined) return old && words.removed?.(old);
  if (old === undefined) return words.created?.(now, sandboxes.get(now.uid) ?? '');
  if (now.state === old.state) return undefined;
  return now.state === 'running' ? words.begun?.(now) : now.state === 'exited' ? words.ended?.(now) : undefined;
}
