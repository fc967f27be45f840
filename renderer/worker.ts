import { createSession, loadSession } from '../engine/index.ts';
import { EngineHost } from '../engine/protocol/engine-host.ts';
import type { EngineMessage } from '../engine/protocol/messages.ts';
import { hostedLesson, lessons } from '../lessons/index.ts';

/** How often a playing session moves. */
const TICK = 30;

const host = new EngineHost({
  create: (options) => createSession({ notices: true, ...options }),
  load: loadSession,
  lessons: lessons.map(hostedLesson),
  emit: (message: EngineMessage) => self.postMessage(message),
});

self.onmessage = (event: MessageEvent) => host.receive(event.data);

let last = performance.now();
setInterval(() => {
  const now = performance.now();
  host.tick(now - last);
  last = now;
}, TICK);
