import type { Task } from '../sim/task.ts';
import type { Turn } from '../sim/turn.ts';
import { hasCapability } from './credentials.ts';
import type { Draft } from './draft.ts';
import { kernelParameter } from './kernel-parameters.ts';
import type { Machine, Process, Socket, SocketAddress } from './process.ts';

/** Who listens on a port of a network: the cell `listen/<network>/<port>`. */
export interface Listening {
  readonly machine: string;
  readonly open: number;
}

/** A packet as a task between the components that own the two ends. */
interface Packet extends Task {
  readonly kind: 'packet';
  readonly type: 'open' | 'accepted' | 'refused' | 'data' | 'end';
}

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Name or address -> address, as the machine's resolver finds it. */
export function resolve(draft: Draft, host: string): string | undefined {
  if (ADDRESS.test(host)) return host;
  if (host === 'localhost') return '127.0.0.1';
  if (host === draft.machine.hostname) return draft.machine.address;
  const entries = draft.tree.find('/etc/hosts', '/');
  if ('node' in entries && entries.node?.type === 'file') {
    for (const line of entries.node.text.split('\n')) {
      const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
      if (names.includes(host) && address !== undefined && ADDRESS.test(address)) return address;
    }
  }
  return draft.host.resolve?.(draft.turn, draft.machine.id, host);
}

/** Ports below this one are for processes with the capability NET_BIND_SERVICE (ip(7)). */
const unprivilegedPort = (machine: Machine): number =>
  Number(kernelParameter(machine, 'net.ipv4.ip_unprivileged_port_start'));

export function listenCall(draft: Draft, process: Process, port: number): unknown {
  if (!hasCapability(process.credentials, 'NET_BIND_SERVICE') && port < unprivilegedPort(draft.machine))
    return { error: 'EACCES' };
  const key = `listen/${draft.machine.network}/${port}`;
  if (draft.turn.memory.get(key) !== undefined) return { error: 'EADDRINUSE' };
  const open = draft.addOpen({ kind: 'listener', port, waiting: [] });
  draft.turn.memory.set(key, { machine: draft.machine.id, open } satisfies Listening);
  return draft.addDescriptor(process.pid, open);
}

/** Takes the next connection, if there is one. */
export function acceptCall(draft: Draft, process: Process, fd: number): { readonly answer: unknown } | undefined {
  const number = process.descriptors[fd];
  const open = draft.open(number);
  if (number === undefined || open?.kind !== 'listener') return { answer: { error: 'EBADF' } };
  const [first, ...rest] = open.waiting;
  if (first === undefined) return undefined;
  draft.setOpen(number, { ...open, waiting: rest });
  return { answer: draft.addDescriptor(process.pid, first) };
}

/** Sends the first packet. Answers a descriptor to wait on, or the error that is known at once. */
export function connectCall(
  draft: Draft,
  process: Process,
  host: string,
  port: number,
): { readonly fd: number } | { readonly error: string } {
  const address = resolve(draft, host);
  if (address === undefined) return { error: 'ENOTFOUND' };
  const { turn, machine } = draft;
  const isOwn = address.startsWith('127.') || address === machine.address;
  const own = isOwn && draft.host.isRouter?.(turn, machine.id) !== true;
  const route = own
    ? {
        component: turn.component,
        network: machine.network,
        port,
        source: own && address.startsWith('127.') ? '127.0.0.1' : machine.address,
        latency: 0,
      }
    : (draft.host.route?.(turn, machine.id, isOwn ? machine.address : address, port) ?? {
        error: 'ENETUNREACH' as const,
      });
  if ('error' in route && route.error !== 'ETIMEDOUT') return route;
  const reached = 'error' in route ? undefined : route;
  const open = draft.addOpen({
    kind: 'socket',
    state: 'connecting',
    local: '',
    remote: `${address}:${port}`,
    peer: { component: reached?.component ?? '', machine: '' },
    latency: reached?.latency ?? 0,
    received: '',
    ended: false,
  });
  if (reached !== undefined) {
    const local = `${reached.source}:${32_768 + (open % 28_000)}`;
    draft.setOpen(open, { ...(draft.open(open) as Socket), local });
    const from: SocketAddress = { component: turn.component, machine: machine.id, open };
    turn.send(
      reached.component,
      reached.latency,
      packet('open', {
        network: reached.network,
        port: reached.port,
        source: local,
        latency: reached.latency,
        from: { ...from },
      }),
    );
  }
  return { fd: draft.addDescriptor(process.pid, open) };
}

function packet(type: Packet['type'], fields: Record<string, Task[string]>): Packet {
  return { kind: 'packet', type, ...fields };
}

/** How far a connection that was asked for has come. */
export function connected(draft: Draft, process: Process, fd: number): 'open' | 'refused' | undefined {
  const open = draft.open(process.descriptors[fd]);
  if (open?.kind !== 'socket') return 'refused';
  return open.state === 'connecting' ? undefined : open.state;
}

export function writeSocket(draft: Draft, number: number, socket: Socket, text: string): null | 'EPIPE' {
  if (draft.probe?.open === number) {
    draft.probe.reply += text;
    return null;
  }
  if (socket.state !== 'open' || socket.peer.open === undefined) return 'EPIPE';
  draft.turn.send(
    socket.peer.component,
    socket.latency,
    packet('data', { machine: socket.peer.machine, open: socket.peer.open, text }),
  );
  return null;
}

export function closeSocket(draft: Draft, number: number, socket: Socket): void {
  if (draft.probe?.open === number) draft.probe.closed = true;
  if (socket.state !== 'open' || socket.peer.open === undefined || socket.peer.component === '') return;
  draft.turn.send(
    socket.peer.component,
    socket.latency,
    packet('end', { machine: socket.peer.machine, open: socket.peer.open }),
  );
}

/** The machine a packet is for; refuses a connection that nobody listens for. */
export function machineOfPacket(turn: Turn, task: Task): string | undefined {
  if (task['type'] !== 'open') return task['machine'] as string;
  const listening = turn.memory.get<Listening>(`listen/${task['network'] as string}/${task['port'] as number}`);
  if (listening !== undefined) return listening.machine;
  const from = task['from'] as unknown as SocketAddress;
  turn.send(from.component, task['latency'] as number, packet('refused', { machine: from.machine, open: from.open }));
  return undefined;
}

/** A packet arrives at its machine. */
export function receivePacket(draft: Draft, task: Task): void {
  if (task['type'] === 'open') {
    acceptPacket(draft, task);
    return;
  }
  const number = task['open'] as number;
  const socket = draft.open(number);
  if (socket?.kind !== 'socket') return;
  switch (task['type']) {
    case 'accepted':
      draft.setOpen(number, { ...socket, state: 'open', peer: task['from'] as unknown as SocketAddress });
      break;
    case 'refused':
      draft.setOpen(number, { ...socket, state: 'refused' });
      break;
    case 'data':
      draft.setOpen(number, { ...socket, received: socket.received + (task['text'] as string) });
      break;
    default:
      draft.setOpen(number, { ...socket, ended: true });
  }
}

function acceptPacket(draft: Draft, task: Task): void {
  const { turn, machine } = draft;
  const listening = turn.memory.get<Listening>(`listen/${machine.network}/${task['port'] as number}`) as Listening;
  const listener = draft.open(listening.open);
  if (listener?.kind !== 'listener') return;
  const from = task['from'] as unknown as SocketAddress;
  const latency = task['latency'] as number;
  const open = draft.addOpen({
    kind: 'socket',
    state: 'open',
    local: `${machine.address}:${task['port'] as number}`,
    remote: task['source'] as string,
    peer: from,
    latency,
    received: '',
    ended: false,
  });
  draft.setOpen(listening.open, { ...listener, waiting: [...listener.waiting, open] });
  turn.send(
    from.component,
    latency,
    packet('accepted', {
      machine: from.machine,
      open: from.open,
      from: { component: turn.component, machine: machine.id, open },
    }),
  );
}
