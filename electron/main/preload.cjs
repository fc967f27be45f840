// The only bridge between the window and Electron: it asks for the engine's port and hands it to the page.
// Plain CommonJS, since a sandboxed preload script can be nothing else.
const { contextBridge, ipcRenderer } = require('electron');

contextBridge.exposeInMainWorld('orrery', {
  connect: () => ipcRenderer.send('orrery-connect'),
  /** The menu speaks the window's language. */
  speak: (language) => ipcRenderer.send('orrery-language', String(language)),
  /** Asks where to put a saved session, and writes it there. */
  save: (text) => ipcRenderer.send('orrery-save', String(text)),
});

ipcRenderer.on('orrery-port', (event) => {
  const [port] = event.ports;
  if (port) window.postMessage('orrery-port', window.location.origin, [port]);
});

// The menu's wishes: `{ action: 'save' }`, `{ action: 'open', text }`.
ipcRenderer.on('orrery-menu', (_event, action, text) => {
  window.dispatchEvent(new CustomEvent('orrery-menu', { detail: { action, text } }));
});
