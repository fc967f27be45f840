import { english } from '../../../sentence.ts';
import type { Change, History } from '../../../sim/history.ts';
import { parseTimestamp } from '../../../sim/time.ts';
import type { NoteRecord, StepRecord } from '../../../sim/trace.ts';
import { newPodCell, type PodCell } from '../../pod.ts';
import type { ContainerRecord, Sandbox } from '../cri.ts';
import { ERROR, INFORMATION, type Line } from './entry.ts';
import { klogLine, objectName, structured, type Values } from './klog.ts';

/** Where in the kubelet's sources a line is written, as klog names it. */
const PLACES = {
  version: 'server.go:530',
  loop: 'kubelet.go:2537',
  probe: 'kubelet.go:2618',
  relist: 'kubelet.go:2569',
  node: 'kubelet_node_status.go:78',
  pod: 'pod_workers.go:1324',
  started: 'pod_startup_latency_tracker.go:104',
  prober: 'prober.go:120',
  kill: 'kuberuntime_container.go:864',
  volume: 'reconciler_common.go:251',
  other: 'kubelet.go:1',
} as const;

type Place = keyof typeof PLACES;

/** Writes lines as the process `pid` of that moment. */
type Writer = (
  at: { readonly time: number; readonly step: number },
  place: Place,
  text: string,
  priority?: number,
) => void;

/** What the kubelet of a node has written since a step: computed from what it has remembered, heard and noted. */
export function kubeletLines(
  history: History,
  node: string,
  after: number,
  pidAt: (step: number) => number,
): readonly Line[] {
  const lines: Line[] = [];
  const write: Writer = ({ time, step }, place, text, priority = INFORMATION) => {
    const message = klogLine(priority, time, pidAt(step), PLACES[place], text);
    lines.push({ time, step, priority, message });
  };
  const kubelet = `kubelet/${node}`;
  const ends = new Set<number>();
  for (const run of history.runs(kubelet, after))
    if (!run.isStart) ends.add(run.step);
    else write(run, 'version', structured('Kubelet version', { kubeletVersion: 'v1.36.2' }));
  relistLines(history, node, after, write);
  // A process that ends forgets without a word.
  for (const change of history.changes(kubelet, 'pod/', after)) if (!ends.has(change.step)) podLines(change, write);
  for (const record of history.steps(after)) noteLines(record, kubelet, write);
  return lines;
}

/** What a change in the memory of a pod means: the loop has heard of it, or its worker has got on. */
function podLines(change: Change, write: Writer): void {
  const after = change.after as PodCell | undefined;
  const { pod } = (after ?? change.before) as PodCell;
  const before = (change.before as PodCell | undefined) ?? newPodCell(pod, change.time);
  const name = objectName(pod.metadata as { namespace?: string; name: string });
  const source = pod.metadata.annotations?.['kubernetes.io/config.source'] ?? 'api';
  const loop = (verb: string): void => write(change, 'loop', structured(`SyncLoop ${verb}`, { source, pods: [name] }));
  const about: Values = { pod: name, podUID: pod.metadata.uid };
  if (change.before === undefined) loop('ADD');
  if (after === undefined) loop('REMOVE');
  if (after === undefined) return;
  if (before.pod !== after.pod) {
    const isEnding = after.pod.metadata.deletionTimestamp !== undefined;
    if (isEnding && before.pod.metadata.deletionTimestamp === undefined) loop('DELETE');
    else if (before.pod.metadata.generation !== after.pod.metadata.generation) loop('UPDATE');
  }
  if (after.areVolumesMounted && !before.areVolumesMounted) volumeLines(change, after, { pod: name }, write);
  waitingLines(change, before, after, about, write);
  probeLines(change, before, after, name, write);
  if (after.termination && !before.termination) killLines(change, after, about, write);
  if (after.status?.phase === 'Running' && before.status?.phase !== 'Running') {
    const seconds = (change.time - parseTimestamp(pod.metadata.creationTimestamp ?? '')) / 1000;
    const values = {
      pod: name,
      podStartSLOduration: seconds,
      podCreationTimestamp: pod.metadata.creationTimestamp ?? '',
    };
    write(change, 'started', structured('Observed pod startup duration', values));
  }
}

function volumeLines(change: Change, { pod }: PodCell, about: Values, write: Writer): void {
  const { name, uid } = pod.metadata;
  for (const volume of (pod.spec.volumes ?? []) as readonly { name: string }[]) {
    const plugin = Object.keys(volume).find((key) => key !== 'name') ?? '';
    const unique = `kubernetes.io/${plugin.replace(/[A-Z]+/g, (letters) => `-${letters.toLowerCase()}`)}/${uid}-${volume.name}`;
    const text = `operationExecutor.VerifyControllerAttachedVolume started for volume "${volume.name}" (UniqueName: "${unique}") pod "${name}" (UID: "${uid}") `;
    write(change, 'volume', structured(text, about));
  }
}

function killLines(
  change: Change,
  { pod, status = pod.status, termination }: PodCell,
  about: Values,
  write: Writer,
): void {
  const statuses: readonly { name: string; containerID?: string; state?: object }[] = status?.containerStatuses ?? [];
  for (const { name: containerName, containerID, state } of statuses) {
    if (containerID === undefined || !state || !('running' in state)) continue;
    const values = { ...about, containerName, containerID, gracePeriod: termination?.grace ?? 0 };
    write(change, 'kill', structured('Killing container with a grace period', values));
  }
}

function waitingLines(change: Change, before: PodCell, after: PodCell, about: Values, write: Writer): void {
  if (before.waiting === after.waiting) return;
  for (const [container, { reason, message = '' }] of Object.entries(after.waiting)) {
    if (before.waiting[container]?.reason === reason && before.waiting[container]?.message === message) continue;
    const err = `failed to "StartContainer" for "${container}" with ${reason}: ${JSON.stringify(message)}`;
    write(change, 'pod', structured('Error syncing pod, skipping', { err, ...about }), ERROR);
  }
}

function probeLines(change: Change, before: PodCell, after: PodCell, pod: string, write: Writer): void {
  if (before.probes === after.probes) return;
  for (const [name, results] of Object.entries(after.probes)) {
    const known = before.probes[name];
    if (results.isStarted !== undefined && results.isStarted !== known?.isStarted)
      write(change, 'probe', probeText('startup', results.isStarted ? 'started' : 'unhealthy', pod));
    if (results.isReady !== undefined && results.isReady !== known?.isReady)
      write(change, 'probe', probeText('readiness', results.isReady ? 'ready' : 'not ready', pod));
  }
}

function probeText(probe: string, status: string, pod: string): string {
  return structured('SyncLoop (probe)', { probe, status, pod });
}

/** What each relist has shown: the changes of a pod's sandbox and containers since the one before. */
function relistLines(history: History, node: string, after: number, write: Writer): void {
  const runtime = `containerd/${node}`;
  const sandboxes = history.changes(runtime, 'sandbox/');
  const containers = history.changes(runtime, 'container/');
  const events = [...sandboxes, ...containers]
    .flatMap((change) => eventOf(change) ?? [])
    .sort((left, right) => left.step - right.step);
  const names = new Map(
    sandboxes.map(({ before, after: now }) => [uidOf(now ?? before), objectName((now ?? before) as Sandbox)]),
  );
  const waiting = new Map<string, LifecycleEvent[]>();
  let next = 0;
  for (const record of history.steps()) {
    if (record.component !== `kubelet/${node}` || record.task.kind !== 'relist') continue;
    for (let event = events[next]; event !== undefined && event.step < record.step; event = events[++next])
      waiting.set(event.uid, [...(waiting.get(event.uid) ?? []), event]);
    const uid = record.task.uid as string;
    const seen = waiting.get(uid) ?? [];
    waiting.delete(uid);
    if (record.step <= after) continue;
    for (const { type, id } of seen) {
      const event = { ID: uid, Type: type, Data: id };
      write(
        record,
        'relist',
        `"SyncLoop (PLEG): event for pod" pod="${names.get(uid)}" event=${JSON.stringify(event)}`,
      );
    }
  }
}

interface LifecycleEvent {
  readonly step: number;
  readonly uid: string;
  readonly id: string;
  readonly type: 'ContainerStarted' | 'ContainerDied';
}

const uidOf = (made: unknown): string => (made as Sandbox | ContainerRecord).uid;

/** Source: `generateEvents` in `pkg/kubelet/pleg/generic.go`: a sandbox is a container to it. */
function eventOf({ step, before, after }: Change): LifecycleEvent | undefined {
  const now = (after ?? before) as Sandbox | ContainerRecord;
  const isUp = (made: unknown): boolean => {
    const state = (made as Sandbox | ContainerRecord | undefined)?.state;
    return state === 'ready' || state === 'running';
  };
  if (isUp(after) === isUp(before)) return undefined;
  return { step, uid: now.uid, id: now.id, type: isUp(after) ? 'ContainerStarted' : 'ContainerDied' };
}

const FAILURES = /^(Failed|Unable|Could not|Error|container runtime is down)/;

/** What it has noted for the trace: `message`, or `message key="value" …`. */
function noteLines(record: StepRecord, kubelet: string, write: Writer): void {
  for (const note of record.notes) {
    if (note.component !== kubelet) continue;
    const message = english(note.sentence);
    if (message.startsWith('Status for pod updated')) continue;
    const text = noteText(message, note.about);
    write(record, placeOf(message, note.about), text, FAILURES.test(message) ? ERROR : INFORMATION);
  }
}

function placeOf(message: string, about: NoteRecord['about']): Place {
  if (message.startsWith('Probe ')) return 'prober';
  return about?.resource === 'nodes' ? 'node' : about?.resource === 'pods' ? 'pod' : 'other';
}

function noteText(message: string, about: NoteRecord['about']): string {
  const [, text = message, values = ''] = /^(.*?)((?: \w+=".*)?)$/s.exec(message) ?? [];
  const [, what = text, why] = /^([^:]*): (.*)$/s.exec(text) ?? [];
  const fields: Values = {
    ...(why === undefined ? {} : { err: why }),
    ...(about === undefined ? {} : { [about.resource.replace(/s$/, '')]: objectName(about) }),
  };
  return structured(what, fields) + values;
}
