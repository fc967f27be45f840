import { Client } from '../client/client.ts';
import { recordEvent } from '../client/events.ts';
import { programUser } from '../client/identities.ts';
import type { ClusterConfig } from '../config.ts';
import { english, type Sentence, say } from '../sentence.ts';
import type { Component } from '../sim/component.ts';
import { parseTimestamp } from '../sim/time.ts';
import type { Turn } from '../sim/turn.ts';

/** Kinds that are stored and shown, but on which nothing in this cluster acts, and what would. */
const UNACTED: Readonly<Record<string, Sentence>> = {
  'ingresses.networking.k8s.io': say`an ingress controller`,
  'ingressclasses.networking.k8s.io': say`an ingress controller`,
  'networkpolicies.networking.k8s.io': say`a network plugin that enforces policies`,
  'resourceclaims.resource.k8s.io': say`dynamic resource allocation`,
  'resourceclaimtemplates.resource.k8s.io': say`dynamic resource allocation`,
  'deviceclasses.resource.k8s.io': say`dynamic resource allocation`,
  'resourceslices.resource.k8s.io': say`dynamic resource allocation`,
  'csistoragecapacities.storage.k8s.io': say`the scheduler's check of storage capacity`,
  'volumeattributesclasses.storage.k8s.io': say`a driver that changes volumes`,
  'flowschemas.flowcontrol.apiserver.k8s.io': say`priority and fairness of requests`,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': say`priority and fairness of requests`,
};

/** What the API server makes for itself at its start. */
const OF_THE_SERVER = 'apf.kubernetes.io/autoupdate-spec';

/** The component in whose name notices are given. */
export const NOTICE_SOURCE = 'orrery';

/** Objects that are older than this when they are first seen came with the cluster. */
const NEW = 5_000;

/**
 * Tells a learner by an Event when an object has been made on which nothing will ever act, so that nobody waits for it.
 * A real cluster stays silent there; so does this one unless its config asks for notices.
 */
export const notices: Component = {
  name: 'orrery-notices',
  watches: () => Object.keys(UNACTED).map((resource) => ({ resource })),
  observe(turn, resource, events) {
    const { notices: isWanted } = turn.call('world', { kind: 'config' }) as ClusterConfig;
    if (isWanted !== true) return;
    for (const { type, object } of events) if (type === 'ADDED') tell(turn, resource, object);
  },
};

/** What is told about an object of a kind on which nothing acts. */
export function noticeOf(resource: string, kind: string): Sentence | undefined {
  const actor = UNACTED[resource];
  return actor && say`${kind} is stored and shown, but nothing here acts on it: ${actor} is not simulated`;
}

function tell(turn: Turn, resource: string, object: Parameters<typeof recordEvent>[2]['object']): void {
  if (turn.now - parseTimestamp(object.metadata.creationTimestamp) > NEW) return;
  if (object.metadata.annotations?.[OF_THE_SERVER] !== undefined) return;
  const notice = noticeOf(resource, object.kind);
  if (notice === undefined) return;
  recordEvent(turn, new Client(turn, programUser('kube-controller-manager')), {
    object,
    type: 'Normal',
    reason: 'NotSimulated',
    message: english(notice),
    component: NOTICE_SOURCE,
  });
}
