import type { Host } from '../../process/host.ts';
import { processesOf, signal } from '../../process/machine.ts';
import { say } from '../../sentence.ts';
import { uid } from '../../sim/identity.ts';
import type { Task } from '../../sim/task.ts';
import type { Turn } from '../../sim/turn.ts';
import { containerCellName } from './cell-names.ts';
import { kubeletOf } from './components.ts';
import { containersOf } from './containers.ts';
import type { ContainerRecord, Sandbox } from './cri.ts';
import { NODE_MACHINE } from './host-network.ts';
import { takeDown } from './sandboxes.ts';

/** How long firmware and kernel take until the services of a node start. */
const BOOT = 30_000;

/** A shutdown that was asked for: the cell `power`. */
interface Power {
  readonly id: number;
  readonly verb: 'poweroff' | 'reboot';
  readonly isOff?: boolean;
}

/** The processes of a node, as `world` switches them off and on. */
const PROCESSES = ['kubelet', 'containerd', 'kube-proxy'];

/** Somebody at the node has it shut down. Whoever holds a lock (the kubelet) is told first and says when it may go. */
export function shutDown(turn: Turn, verb: Power['verb']): void {
  const id = (turn.memory.get<Power>('power')?.id ?? 0) + 1;
  turn.memory.set('power', { id, verb } satisfies Power);
  const kubelet = kubeletOf(turn.instance);
  if (turn.isRunning(kubelet)) turn.send(kubelet, 0, { kind: 'shutdown', id });
  else turn.after(0, { kind: 'powerOff', id });
}

/** Has the machine shut down later, in place of what was planned before; with no time given it stays on. */
export function planShutdown(turn: Turn, verb: Power['verb'], delay: number | undefined): void {
  const planned = turn.memory.get<number>('shutdown');
  if (planned !== undefined) turn.cancel(planned);
  if (delay === undefined) turn.memory.delete('shutdown');
  else turn.memory.set('shutdown', turn.after(delay, { kind: 'shutDown', verb }));
}

/** The time has come that `shutdown +5` named. */
export function beginPlannedShutdown(turn: Turn, task: Task): void {
  turn.memory.delete('shutdown');
  shutDown(turn, task.verb as Power['verb']);
}

/** The machine goes off: every process ends without a word. */
export function powerOff(turn: Turn, host: Host, task: Task): void {
  const power = turn.memory.get<Power>('power');
  if (!power || power.id !== task.id || power.isOff) return;
  turn.memory.set('power', { ...power, isOff: true } satisfies Power);
  cutPower(turn, host);
  turn.note(power.verb === 'reboot' ? say`the machine reboots` : say`the machine is switched off`);
  for (const process of PROCESSES) {
    const component = `${process}/${turn.instance}`;
    turn.send('world', 0, { kind: 'stop', component });
    if (power.verb === 'reboot') turn.send('world', BOOT, { kind: 'start', component });
  }
}

/**
 * Ends every process of the machine. What a runtime that comes up again finds of its containers is that they are gone,
 * status unknown (`loadContainer` in containerd's `internal/cri/server/restart.go`).
 */
export function cutPower(turn: Turn, host: Host): void {
  turn.memory.delete('boot-id');
  for (const key of turn.memory.keys('sandbox/')) {
    const sandbox = turn.memory.get<Sandbox>(key) as Sandbox;
    for (const container of containersOf(turn, sandbox.uid)) endContainer(turn, host, container);
    takeDown(turn, sandbox);
  }
  for (const { pid, ended } of processesOf(turn.memory, NODE_MACHINE))
    if (!ended) signal(turn, host, NODE_MACHINE, pid, 'KILL');
}

/** The kernel makes a new one each time the machine is switched on (random(4)). */
export function bootId(turn: Turn): string {
  const known = turn.memory.get<string>('boot-id');
  if (known !== undefined) return known;
  const made = uid(() => turn.random());
  turn.memory.set('boot-id', made);
  return made;
}

function endContainer(turn: Turn, host: Host, { id, state, pid }: ContainerRecord): void {
  if (state !== 'running') return;
  signal(turn, host, id, pid, 'KILL');
  const ended = turn.memory.get<ContainerRecord>(containerCellName(id)) as ContainerRecord;
  turn.memory.set(containerCellName(id), { ...ended, exitCode: 255, reason: 'Unknown' } satisfies ContainerRecord);
}
