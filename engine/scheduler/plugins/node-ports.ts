import type { Plugin, Rejection } from '../framework.ts';
import { podInfo } from '../pod-info.ts';

const NAME = 'NodePorts';
const REJECTION: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  isUnresolvable: false,
};

/** Two pods on a node cannot have the same host port. Source: `pkg/scheduler/framework/plugins/nodeports`. */
export const nodePorts: Plugin = {
  name: NAME,
  filter(_snapshot, pod) {
    const wanted = pod.hostPorts;
    if (wanted.length === 0) return undefined;
    return (node) =>
      wanted.some((port) => node.hostPorts.some((used) => hostPortsConflict(port, used))) ? REJECTION : undefined;
  },
  changes: ['NodeAdd', 'AssignedPodDelete'],
  isHelpedBy(change, pod) {
    if (change.kind === 'NodeAdd') return true;
    if (change.kind !== 'AssignedPodDelete') return false;
    return podInfo(change.pod).hostPorts.some((freed) =>
      pod.hostPorts.some((wanted) => hostPortsConflict(wanted, freed)),
    );
  },
};

/** `TCP/0.0.0.0/80` takes the port on every address. */
export function hostPortsConflict(left: string, right: string): boolean {
  if (left === right) return true;
  const [leftProtocol, leftAddress, leftPort] = left.split('/');
  const [rightProtocol, rightAddress, rightPort] = right.split('/');
  if (leftProtocol !== rightProtocol || leftPort !== rightPort) return false;
  return leftAddress === '0.0.0.0' || rightAddress === '0.0.0.0';
}
