// The desktop app's main process: one window, one engine process, and nothing else gets in or out.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  type IpcMainEvent,
  ipcMain,
  MessageChannelMain,
  session,
  shell,
  type UtilityProcess,
  utilityProcess,
} from 'electron';
import { installMenu, isLanguage, reportFileProblem, saveSession, systemLanguage } from './menu.ts';
import { ORIGIN, registerScheme, serveWindowFiles } from './window-files.ts';

const here = dirname(fileURLToPath(import.meta.url));
let window: BrowserWindow | undefined;
let engine: UtilityProcess | undefined;

registerScheme();
// As root, Chromium's sandbox cannot be had and the app is started with --no-sandbox; anywhere else it is a must.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
if (!app.requestSingleInstanceLock()) app.quit();

function isOurs(event: IpcMainEvent): boolean {
  return (
    event.senderFrame !== null &&
    event.sender === window?.webContents &&
    event.senderFrame.parent === null &&
    event.senderFrame.url.startsWith(`${ORIGIN}/`)
  );
}

function startEngine(): UtilityProcess {
  const file = join(app.getPath('userData'), 'session.orrery');
  return utilityProcess.fork(join(here, 'utility.js'), [file], { serviceName: 'Orrery engine' });
}

function connect(event: IpcMainEvent): void {
  if (!isOurs(event)) return;
  engine ??= startEngine();
  const { port1, port2 } = new MessageChannelMain();
  engine.postMessage(null, [port1]);
  event.senderFrame?.postMessage('orrery-port', null, [port2]);
}

function denyEverything(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (url.startsWith('https://')) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}

async function openWindow(): Promise<void> {
  window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 800,
    minHeight: 560,
    show: false,
    backgroundColor: '#10151d',
    webPreferences: {
      preload: join(here, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => window?.show());
  window.on('closed', () => {
    window = undefined;
  });
  await window.loadURL(`${ORIGIN}/`);
}

app.on('second-instance', () => {
  if (window?.isMinimized()) window.restore();
  window?.focus();
});
app.on('window-all-closed', () => app.quit());

async function start(): Promise<void> {
  denyEverything();
  serveWindowFiles(join(here, '..', 'renderer'));
  installMenu(() => window, systemLanguage());
  ipcMain.on('orrery-connect', connect);
  ipcMain.on('orrery-save', (event, text: unknown) => {
    if (isOurs(event) && typeof text === 'string' && window) saveSession(window, text).catch(reportFileProblem);
  });
  ipcMain.on('orrery-language', (event, language: unknown) => {
    if (isOurs(event) && isLanguage(language)) installMenu(() => window, language);
  });
  await openWindow();
}

app
  .whenReady()
  .then(start)
  .catch((error: unknown) => {
    reportFileProblem(error);
    app.exit(1);
  });
