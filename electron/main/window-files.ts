import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { CONTENT_SECURITY_POLICY, containedPath, contentType } from '../window-bundle.ts';

const SCHEME = 'orrery';
export const ORIGIN = `${SCHEME}://app`;

/** Before the app is ready: pages of our scheme are secure ones with an origin. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the window's bundle, and nothing else, under `orrery://app/`. */
export function serveWindowFiles(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    const path = host === 'app' ? containedPath(folder, pathname) : undefined;
    if (path === undefined || request.method !== 'GET') return new Response('not here', { status: 404 });
    try {
      const headers = { 'content-type': contentType(path), 'content-security-policy': CONTENT_SECURITY_POLICY };
      return new Response(new Uint8Array(await readFile(path)), { headers });
    } catch {
      return new Response('not here', { status: 404 });
    }
  });
}
