import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';

const NAME = 'default';

/** Gives every namespace its ServiceAccount `default` (`pkg/controller/serviceaccount/serviceaccounts_controller.go`). */
export const serviceAccountController = controller({
  name: 'serviceaccount-controller',
  watches: [{ resource: 'namespaces' }, { resource: 'serviceaccounts' }],
  keysOf,
  sync: syncNamespace,
});

function keysOf(_turn: Turn, resource: string, event: WatchEvent): readonly string[] {
  const { name, namespace } = event.object.metadata;
  if (resource === 'namespaces') return event.type === 'DELETED' ? [] : [name];
  return name === NAME && event.type === 'DELETED' && namespace !== undefined ? [namespace] : [];
}

/** Makes sure that a namespace that isn't on its way out has the account. */
export function syncNamespace(turn: Turn, client: Client, key: string): void {
  const namespace = turn.cache('namespaces').get('', key);
  if (namespace === undefined || namespace.status?.phase !== 'Active') return;
  if (turn.cache('serviceaccounts').get(key, NAME) !== undefined) return;
  client.create('serviceaccounts', key, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: NAME, namespace: key },
  });
}
