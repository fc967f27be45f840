import type { Program, StepProgram } from '../program.ts';
import { app, appRequest } from './app.ts';
import { coredns } from './coredns.ts';
import { helloApp, httpd, nginx } from './http.ts';
import { load } from './load.ts';
import { metricsServerProgram } from './metrics-server.ts';
import { redis, redisClient } from './redis.ts';
import { samplePrograms } from './samples.ts';
import { type ServerKind, server } from './server.ts';
import { stressPrograms } from './stress.ts';
import { webhook } from './webhook.ts';

/** A stand-in for a database: what is said to it comes back, as the recordings' does. */
function echoServer(name: string, port: number): ServerKind {
  return {
    port: () => port,
    refused: (_port, reason) => `${name}: bind: ${reason}`,
    end: (received) => received.length || -1,
    keeps: true,
    answer: (_invocation, request) => ({ reply: request }),
  };
}

/** Waits for the end of its pod. */
const pause: StepProgram<null> = {
  catches: ['TERM', 'INT'],
  start: () => null,
  step: (state, { signals }) =>
    signals.length > 0 ? { state, exit: 0 } : { state, call: { call: 'select', fds: [] } },
};

/** Programs of the images, by the name that their executables carry. */
export const servers: Readonly<Record<string, Program>> = {
  nginx: server(nginx),
  httpd: server(httpd),
  'hello-app-1.0': server(helloApp('1.0.0')),
  'hello-app-2.0': server(helloApp('2.0.0')),
  'redis-server': server(redis),
  'redis-cli': { script: redisClient },
  mysqld: server(echoServer('mysqld', 3306)),
  postgres: server(echoServer('postgres', 5432)),
  pause: { steps: pause as unknown as StepProgram<never> },
  app: server(app),
  'app-request': { script: appRequest },
  load,
  coredns: server(coredns),
  ...stressPrograms,
  ...samplePrograms,
  'metrics-server': server(metricsServerProgram),
  webhook: server(webhook),
};
