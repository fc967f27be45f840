import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import { recordEvent } from '../../client/events.ts';
import type { Memory, Turn } from '../../sim/turn.ts';

/** `--cluster-cidr 10.244.0.0/16` with `--node-cidr-mask-size 24`: the third number tells the nodes apart. */
const PREFIX = '10.244.';
const RANGES = 256;

/**
 * Gives every node a range of pod addresses, `10.244.N.0/24`, the next free N. Cells: `range/<N>` is the node that has
 * it, `next` where the search for a free one begins. Source: `pkg/controller/nodeipam/ipam/range_allocator.go`.
 */
export const nodeIpamController = controller({
  name: 'node-ipam-controller',
  watches: [{ resource: 'nodes' }],
  keysOf(turn, _resource, { type, object }) {
    const range: string | undefined = object.spec?.podCIDR;
    if (type === 'DELETED') {
      if (range) turn.memory.delete(`range/${rangeNumber(range)}`);
      return [];
    }
    if (!range) return [object.metadata.name];
    occupy(turn.memory, rangeNumber(range), object.metadata.name);
    return [];
  },
  sync,
});

/** `10.244.7.0/24` is number 7. */
function rangeNumber(range: string): number {
  return Number(range.split('.')[2]);
}

function occupy(memory: Memory, range: number, node: string): void {
  if (memory.get(`range/${range}`) !== node) memory.set(`range/${range}`, node);
}

function sync(turn: Turn, client: Client, name: string): void {
  const node = turn.cache('nodes').get('', name);
  if (!node || node.spec?.podCIDR) return;
  const range = freeRange(turn.memory, name);
  if (range === undefined) {
    recordEvent(turn, client, {
      object: node,
      type: 'Normal',
      reason: 'CIDRNotAvailable',
      message: `Node ${name} status is now: CIDRNotAvailable`,
      component: 'cidrAllocator',
    });
    return;
  }
  const podCIDR = `${PREFIX}${range}.0/24`;
  client.patch('nodes', '', name, 'strategic', { spec: { podCIDR, podCIDRs: [podCIDR] } });
  occupy(turn.memory, range, name);
  turn.memory.set('next', (range + 1) % RANGES);
}

/** The range a node has been given already (its write may not have come back yet), or the next free one. */
function freeRange(memory: Memory, node: string): number | undefined {
  const start = memory.get<number>('next') ?? 0;
  for (const key of memory.keys('range/')) if (memory.get(key) === node) return Number(key.slice('range/'.length));
  for (let offset = 0; offset < RANGES; offset++) {
    const range = (start + offset) % RANGES;
    if (memory.get(`range/${range}`) === undefined) return range;
  }
  return undefined;
}
