import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HostedEngine } from '../engine/hosted-engine.ts';
import { startBrowserServer } from './server.ts';

/** Where the browser's session is kept between starts. */
function sessionFile(): string {
  const data =
    process.env.ORRERY_DATA ?? join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'orrery');
  return join(data, 'session.orrery');
}

/** Starts the app for a browser and answers its address. It runs until the process ends. */
export async function main(): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url));
  const engine = new HostedEngine(sessionFile());
  const server = await startBrowserServer({
    folder: join(here, '..', 'renderer'),
    token: randomBytes(24).toString('base64url'),
    engine,
    port: Number(process.env.ORRERY_PORT ?? 0),
  });
  process.on('SIGINT', () => process.exit(0));
  process.on('exit', () => engine.close());
  return server.url;
}
