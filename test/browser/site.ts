import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { CONTENT_SECURITY_POLICY, containedPath, contentType } from '../../electron/window-bundle.ts';

export const bundle = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

/** The built bundle on loopback, with the policy that every way of serving it sends. */
export async function serveBundle(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const path = containedPath(bundle, new URL(request.url ?? '/', 'http://127.0.0.1').pathname);
    const content = path && (await readFile(path).catch(() => undefined));
    if (!path || !content) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': contentType(path), 'content-security-policy': CONTENT_SECURITY_POLICY });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

/** A fresh Chromium without a window. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
    ],
  });
}
