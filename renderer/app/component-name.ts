const MANAGER = 'kube-controller-manager/';

/** These answer whoever asks, within the turns of others: their own turns are housekeeping, hours apart. */
const SERVERS: readonly string[] = ['kube-apiserver', 'etcd'];

/** Whether it makes sense to run until a component has had its turn. */
export function hasTurns(component: string): boolean {
  return !SERVERS.includes(component);
}

/** A controller's own name says enough where room is scarce: `deployment-controller`, not the process that it runs in. */
export function shortName(component: string): string {
  return component.startsWith(MANAGER) ? component.slice(MANAGER.length) : component;
}
