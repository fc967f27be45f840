import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import { isEmptySelector } from '../../label-selector.ts';
import type { Turn } from '../../sim/turn.ts';
import { claimRevisions } from '../history/revisions.ts';
import { claimObjects } from '../shared/claim.ts';
import { areExpectationsSatisfied, deleteExpectations } from '../shared/expectations.ts';
import { splitKey } from '../shared/owner.ts';
import type { DaemonSync } from './daemon-sync.ts';
import { daemonsByNode } from './daemons.ts';
import { forgetFailedPods } from './failed-pods.ts';
import { cleanUpHistory, constructHistory, hashOf } from './history.ts';
import { manageDaemons, syncNodes } from './manage.ts';
import { eligibility } from './nodes.ts';
import { rollDaemons } from './rolling.ts';
import { syncStatus } from './status.ts';

const RESOURCE = 'daemonsets.apps';

/** One sync of a DaemonSet (`syncDaemonSet` in `pkg/controller/daemon/daemon_controller.go`). */
export function syncDaemonSet(turn: Turn, client: Client, key: string): void {
  const [namespace, name] = splitKey(key);
  const set = turn.cache(RESOURCE).get(namespace, name);
  if (set === undefined) {
    deleteExpectations(turn, key);
    forgetFailedPods(turn, key);
    return;
  }
  if (isEmptySelector(set.spec.selector)) {
    const message = 'This daemon set is selecting all pods. A non-empty selector is required.';
    recordEvent(turn, client, { object: set, type: 'Warning', reason: 'SelectingAll', message });
    return;
  }
  if (set.metadata.deletionTimestamp !== undefined) return;
  const pods = claimObjects({ turn, client, owner: set, ownerResource: RESOURCE, resource: 'pods' });
  const history = constructHistory(client, set, claimRevisions(turn, client, set, RESOURCE), pods);
  const nodes = turn.cache('nodes').list();
  const sync: DaemonSync = {
    turn,
    client,
    key,
    set,
    nodes: new Map(nodes.map((node) => [node.metadata.name, eligibility(set, node)])),
    daemons: daemonsByNode(pods),
    hash: hashOf(history.current),
  };
  if (!areExpectationsSatisfied(turn, key)) {
    syncStatus(sync, false);
    return;
  }
  const failure = act(sync);
  if (failure === undefined) cleanUpHistory(client, set, history, pods);
  syncStatus(sync, true);
  if (failure !== undefined) throw failure;
}

/** First the right number of pods, then, once that is settled, the update (`updateDaemonSet`). */
function act(sync: DaemonSync): Error | undefined {
  const failure = syncNodes(sync, manageDaemons(sync));
  const mayRoll = failure === undefined && areExpectationsSatisfied(sync.turn, sync.key);
  if (!mayRoll || sync.set.spec.updateStrategy.type !== 'RollingUpdate') return failure;
  return syncNodes(sync, rollDaemons(sync));
}
