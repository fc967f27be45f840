import { readFile, writeFile } from 'node:fs/promises';
import { app, type BrowserWindow, dialog, Menu, type MenuItemConstructorOptions } from 'electron';

const TEXTS = {
  en: {
    file: 'File',
    open: 'Open Session…',
    save: 'Save Session As…',
    edit: 'Edit',
    view: 'View',
    session: 'Orrery session',
    failed: 'The file could not be read or written',
  },
  zh: {
    file: '文件',
    open: '打开会话…',
    save: '会话另存为…',
    edit: '编辑',
    view: '视图',
    session: 'Orrery 会话',
    failed: '文件无法读取或写入',
  },
} as const;

/** The texts for the system's language. */
export function menuTexts() {
  return app.getLocale().startsWith('zh') ? TEXTS.zh : TEXTS.en;
}

const filters = () => [{ name: menuTexts().session, extensions: ['orrery', 'json'] }];

async function openSession(window: BrowserWindow): Promise<void> {
  const { filePaths } = await dialog.showOpenDialog(window, { filters: filters(), properties: ['openFile'] });
  const [path] = filePaths;
  if (path === undefined) return;
  window.webContents.send('orrery-menu', 'open', await readFile(path, 'utf8'));
}

/** Writes what the window's engine saved to a file that the learner chooses. */
export async function saveSession(window: BrowserWindow, text: string): Promise<void> {
  const { filePath } = await dialog.showSaveDialog(window, { filters: filters(), defaultPath: 'session.orrery' });
  if (filePath) await writeFile(filePath, text);
}

/** Shows what went wrong with a file; nothing of the session is lost. */
export function reportFileProblem(error: unknown): void {
  dialog.showErrorBox(menuTexts().failed, error instanceof Error ? error.message : String(error));
}

/** The app's menu: files, the usual editing and viewing commands, no developer tools when packaged. */
export function installMenu(windowOf: () => BrowserWindow | undefined): void {
  const texts = menuTexts();
  const withWindow = (action: (window: BrowserWindow) => Promise<void> | void) => () => {
    const window = windowOf();
    if (window) Promise.resolve(action(window)).catch(reportFileProblem);
  };
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    {
      label: texts.file,
      submenu: [
        { label: texts.open, accelerator: 'CmdOrCtrl+O', click: withWindow(openSession) },
        {
          label: texts.save,
          accelerator: 'CmdOrCtrl+S',
          click: withWindow((window) => window.webContents.send('orrery-menu', 'save')),
        },
        { type: 'separator' },
        { role: process.platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu', label: texts.edit },
    {
      label: texts.view,
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
      ],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
