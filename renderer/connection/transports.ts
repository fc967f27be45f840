import type { EngineMessage, WindowMessage } from '../../engine/protocol/messages.ts';
import type { Transport } from '../../engine/protocol/transport.ts';
import { translate } from '../locales/translate.ts';

export type WindowTransport = Transport<WindowMessage, EngineMessage>;

/** What Electron's preload script offers, if there is one: the port to the engine's process comes as a window message. */
interface Bridge {
  /** Asks for a port; the answer is a `message` event whose data is `orrery-port` and that carries the port. */
  connect(): void;
  /** The app's menu is to speak this language. */
  speak(language: string): void;
  /** Asks where to put a saved session, and writes it there. */
  save(text: string): void;
}

declare global {
  interface Window {
    readonly orrery?: Bridge;
  }
}

/**
 * Where the engine runs: in Electron's own process, behind the WebSocket of `orrery serve` (its address and token come
 * in the fragment, `#engine=ws://127.0.0.1:4321/engine&token=…`), or in a worker of this page.
 */
export async function chooseTransport(): Promise<WindowTransport> {
  if (window.orrery) return portTransport(await requestPort(window.orrery));
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  const engine = fragment.get('engine');
  if (engine) return socketTransport(engine, fragment.get('token') ?? '');
  return workerTransport();
}

function requestPort(bridge: Bridge): Promise<MessagePort> {
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent) => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== 'orrery-port' || !port) return;
      window.removeEventListener('message', onMessage);
      resolve(port);
    };
    window.addEventListener('message', onMessage);
    bridge.connect();
  });
}

export function portTransport(port: MessagePort): WindowTransport {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.onmessage = (event) => listener(event.data as EngineMessage);
    },
  };
}

function workerTransport(): WindowTransport {
  const worker = new Worker(new URL('../worker.ts', import.meta.url), { type: 'module', name: 'engine' });
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.onmessage = (event: MessageEvent<EngineMessage>) => listener(event.data);
    },
    onClose: (listener) => {
      worker.onerror = (event) => listener(translate('engine.stopped', { problem: event.message }));
    },
  };
}

/** The token travels as a subprotocol: a browser can set no header, and an address ends up in logs. */
function socketTransport(address: string, token: string): Promise<WindowTransport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, ['orrery', `token.${token}`]);
    socket.onerror = () => reject(new Error(translate('engine.no-answer', { address })));
    socket.onopen = () =>
      resolve({
        send: (message) => socket.send(JSON.stringify(message)),
        onMessage: (listener) => {
          socket.onmessage = (event) => listener(JSON.parse(event.data as string) as EngineMessage);
        },
        onClose: (listener) => {
          socket.onclose = () => listener(translate('engine.lost'));
        },
      });
  });
}

/** Whether whoever runs the engine keeps the session on a disk; in a worker of this page the window has to. */
export function isKeptElsewhere(): boolean {
  return window.orrery !== undefined || new URLSearchParams(window.location.hash.slice(1)).has('engine');
}
