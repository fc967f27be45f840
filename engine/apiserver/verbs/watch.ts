import type { KubeObject } from '../../object.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { Compacted } from '../../store/store.ts';
import { type Call, isSet, parameter, refuse } from '../call.ts';
import { badRequest, tooOldResourceVersion } from '../errors.ts';
import type { Representation } from '../representation.ts';
import { fromStored, requireEtcd } from '../storage.ts';
import {
  addWatcher,
  BOOKMARK_INTERVAL,
  bookmark,
  deliver,
  endWatch,
  nextStream,
  sendChunk,
  sendClosed,
  sendEvent,
  streamCell,
  type WatchStream,
} from '../watch.ts';
import { isSelected, selectionOf } from './list.ts';
import { checkListOptions } from './list-options.ts';

/** The annotation of the bookmark that ends the initial events of a streaming list. */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** Opens a watch and returns its stream: what exists (or happened since `resourceVersion`) goes out first. */
export function openWatch(call: Call, representation: Representation): number {
  const { turn, request, kind, namespace } = call;
  requireEtcd(turn);
  checkListOptions(call, true);
  const { labels, fields } = selectionOf(call);
  const client = turn.caller ?? request.user.name;
  const stream = nextStream(turn);
  const watch: WatchStream = {
    kind: 'watch',
    client,
    group: kind.group,
    version: kind.version,
    plural: kind.plural,
    namespace,
    labels,
    fields,
    representation,
    isFirstSent: false,
  };
  turn.memory.set(streamCell(stream), watch);
  addWatcher(turn, kind.resource, stream);
  sendPast(call, stream, watch);
  scheduleEnds(call, stream);
  return stream;
}

function sendPast(call: Call, stream: number, watch: WatchStream): void {
  const { turn, request, kind } = call;
  const asked = parameter(request, 'resourceVersion') ?? '';
  if (asked !== '' && !/^\d+$/.test(asked))
    refuse(badRequest(`Invalid value: "${asked}": strconv.ParseUint: parsing "${asked}": invalid syntax`));
  const wantsInitial = isSet(request, 'sendInitialEvents');
  if (asked === '' || asked === '0' || wantsInitial) {
    for (const object of initialObjects(call)) sendEvent(turn, stream, watch, kind, { type: 'ADDED', object });
    if (wantsInitial) {
      const object = bookmark(kind, turn.store.revision, { [INITIAL_EVENTS_END]: 'true' });
      sendEvent(turn, stream, watch, kind, { type: 'BOOKMARK', object });
    }
    return;
  }
  const events = eventsAfter(call, Number(asked));
  if (events === undefined) sendExpired(call, stream, watch, Number(asked));
  else for (const event of events) deliver(turn, stream, watch, event);
}

function initialObjects(call: Call): readonly KubeObject[] {
  const { turn, kind, namespace } = call;
  const selection = selectionOf(call);
  const all = turn.store.at(kind.resource).list(namespace === '' ? undefined : namespace);
  return all.map((object) => fromStored(kind, object)).filter((object) => isSelected(call, selection, object));
}

/** `undefined` when the revision has been compacted. */
function eventsAfter(call: Call, revision: number): readonly WatchEvent[] | undefined {
  try {
    return call.turn.store.events(call.kind.resource, revision);
  } catch (error) {
    if (error instanceof Compacted) return undefined;
    throw error;
  }
}

/** A watch that starts too far back says so in its stream, then ends: the client lists again. */
function sendExpired(call: Call, stream: number, watch: WatchStream, asked: number): void {
  const { turn } = call;
  const status = tooOldResourceVersion(asked, turn.store.compactRevision);
  sendChunk(turn, watch.client, stream, { watch: { type: 'ERROR', object: status as unknown as KubeObject } });
  sendClosed(turn, watch.client, stream);
  endWatch(turn, stream, watch);
}

function scheduleEnds(call: Call, stream: number): void {
  const { turn, request } = call;
  if (turn.memory.get(streamCell(stream)) === undefined) return;
  if (isSet(request, 'allowWatchBookmarks'))
    turn.after(BOOKMARK_INTERVAL, { kind: 'bookmark', stream }, { background: true });
  const seconds = Number(parameter(request, 'timeoutSeconds') ?? 0);
  if (seconds > 0) turn.after(seconds * 1000, { kind: 'watchTimeout', stream }, { background: true });
}
