const MANAGER = 'kube-controller-manager/';

/** A controller's own name says enough where room is scarce: `deployment-controller`, not the process that it runs in. */
export function shortName(component: string): string {
  return component.startsWith(MANAGER) ? component.slice(MANAGER.length) : component;
}
