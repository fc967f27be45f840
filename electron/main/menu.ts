import { readFile, writeFile } from 'node:fs/promises';
import { app, type BrowserWindow, dialog, Menu, type MenuItemConstructorOptions } from 'electron';

/** Every label is ours: those that Electron gives its roles are English everywhere. */
const TEXTS = {
  en: {
    file: 'File',
    open: 'Open Session…',
    save: 'Save Session As…',
    edit: 'Edit',
    view: 'View',
    session: 'Orrery session',
    failed: 'The file could not be read or written',
    roles: {
      about: 'About Orrery',
      services: 'Services',
      hide: 'Hide Orrery',
      hideOthers: 'Hide Others',
      unhide: 'Show All',
      quit: 'Quit',
      close: 'Close Window',
      undo: 'Undo',
      redo: 'Redo',
      cut: 'Cut',
      copy: 'Copy',
      paste: 'Paste',
      selectAll: 'Select All',
      resetZoom: 'Actual Size',
      zoomIn: 'Zoom In',
      zoomOut: 'Zoom Out',
      togglefullscreen: 'Toggle Full Screen',
      toggleDevTools: 'Toggle Developer Tools',
    },
  },
  zh: {
    file: '文件',
    open: '打开会话…',
    save: '会话另存为…',
    edit: '编辑',
    view: '视图',
    session: 'Orrery 会话',
    failed: '文件无法读取或写入',
    roles: {
      about: '关于 Orrery',
      services: '服务',
      hide: '隐藏 Orrery',
      hideOthers: '隐藏其他',
      unhide: '全部显示',
      quit: '退出',
      close: '关闭窗口',
      undo: '撤销',
      redo: '重做',
      cut: '剪切',
      copy: '复制',
      paste: '粘贴',
      selectAll: '全选',
      resetZoom: '实际大小',
      zoomIn: '放大',
      zoomOut: '缩小',
      togglefullscreen: '切换全屏',
      toggleDevTools: '切换开发者工具',
    },
  },
} as const;

export type Language = keyof typeof TEXTS;
type Role = keyof typeof TEXTS.en.roles;

const SEPARATOR = { type: 'separator' } as const;

let texts: (typeof TEXTS)[Language] = TEXTS.en;

/** The language of the system, until the window says which one it speaks. */
export function systemLanguage(): Language {
  return app.getLocale().startsWith('zh') ? 'zh' : 'en';
}

export function isLanguage(language: unknown): language is Language {
  return typeof language === 'string' && Object.hasOwn(TEXTS, language);
}

const filters = () => [{ name: texts.session, extensions: ['orrery', 'json'] }];

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
  dialog.showErrorBox(texts.failed, error instanceof Error ? error.message : String(error));
}

/** The app's menu: files, the usual editing and viewing commands, no developer tools when packaged. */
export function installMenu(windowOf: () => BrowserWindow | undefined, language: Language): void {
  texts = TEXTS[language];
  const withWindow = (action: (window: BrowserWindow) => Promise<void> | void) => () => {
    const window = windowOf();
    if (window) Promise.resolve(action(window)).catch(reportFileProblem);
  };
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ label: app.name, submenu: appItems() }] : []),
    {
      label: texts.file,
      submenu: [
        { label: texts.open, accelerator: 'CmdOrCtrl+O', click: withWindow(openSession) },
        {
          label: texts.save,
          accelerator: 'CmdOrCtrl+S',
          click: withWindow((window) => window.webContents.send('orrery-menu', 'save')),
        },
        SEPARATOR,
        item(isMac ? 'close' : 'quit'),
      ],
    },
    {
      label: texts.edit,
      submenu: [item('undo'), item('redo'), SEPARATOR, item('cut'), item('copy'), item('paste'), item('selectAll')],
    },
    { label: texts.view, submenu: viewItems() },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function item(role: Role): MenuItemConstructorOptions {
  return { role, label: texts.roles[role] };
}

/** What macOS expects in the menu that bears the app's name. */
function appItems(): MenuItemConstructorOptions[] {
  const groups: Role[][] = [['about'], ['services'], ['hide', 'hideOthers', 'unhide'], ['quit']];
  return groups.flatMap((roles, index) => [...(index > 0 ? [SEPARATOR] : []), ...roles.map(item)]);
}

function viewItems(): MenuItemConstructorOptions[] {
  return [
    item('resetZoom'),
    item('zoomIn'),
    item('zoomOut'),
    SEPARATOR,
    item('togglefullscreen'),
    ...(app.isPackaged ? [] : [item('toggleDevTools')]),
  ];
}
