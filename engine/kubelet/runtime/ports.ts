import { exchange, isListening } from '../../process/machine.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import type { DialPort, ProbeNetwork, ProbePort, ProbePortAnswer } from './cri.ts';
import { containerHost, routeFrom } from './host.ts';
import { HOST_NETWORK, networkOf } from './host-network.ts';
import { nodeMachine } from './node-machine.ts';

const refused = (error?: ProbePortAnswer['error']): ProbePortAnswer => ({
  isOpen: false,
  reply: '',
  isClosed: true,
  ...(error === undefined ? {} : { error }),
});

/** A port of a pod on this node. */
export function probePort(turn: Turn, { uid, port, text }: ProbePort): ProbePortAnswer {
  return probeNetwork(turn, { network: networkOf(turn, uid), port, text });
}

/** A port of a network on this node. Without a text only whether somebody listens. */
export function probeNetwork(turn: Turn, { network, port, text }: Omit<ProbeNetwork, 'call'>): ProbePortAnswer {
  if (text === undefined) return { isOpen: isListening(turn.memory, network, port), reply: '', isClosed: false };
  const said = exchange(turn, containerHost, network, port, text);
  return said ? { isOpen: true, reply: said.reply, isClosed: said.closed } : refused();
}

/** A port of whatever address, as the node itself reaches it. */
export function dialPort(turn: Turn, { address, port, text }: DialPort): ProbePortAnswer {
  if (address === 'localhost' || address.startsWith('127.'))
    return probeNetwork(turn, { network: HOST_NETWORK, port, text });
  const way = routeFrom(turn, nodeMachine(turn).id, address, port);
  if ('error' in way) return refused(way.error);
  const target = { network: way.network, port: way.port, text };
  if (way.component === `containerd/${turn.instance}`) return probeNetwork(turn, target);
  // The API server takes connections; what it says on them is no plain text.
  if (way.component === 'kube-apiserver') return { isOpen: true, reply: '', isClosed: false };
  try {
    return turn.call(way.component, { call: 'ProbeNetwork', ...target }) as ProbePortAnswer;
  } catch (error) {
    if (error instanceof Unreachable) return refused('ETIMEDOUT');
    throw error;
  }
}
