// The editor with YAML alone: the package's main entry brings 80 languages and five compilers along.
import 'monaco-editor/features/register.all.js';
import 'monaco-editor/languages/definitions/yaml/register.js';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import * as monaco from 'monaco-editor/editor.js';
import { configureMonacoYaml, type JSONSchema } from 'monaco-yaml';
import type { JsonSchema } from '../../engine/protocol/views.ts';
import { useSettings } from '../state/settings.ts';
import YamlWorker from './yaml.worker.ts?worker';

/** Workers come as files of the bundle: blob workers, Monaco's default, would break the content security policy. */
function workerFor(label: string): Worker {
  return label === 'yaml' ? new YamlWorker({ name: useSettings.getState().language }) : new EditorWorker();
}

self.MonacoEnvironment = { getWorker: (_, label) => workerFor(label) };

interface OldWorkerOptions {
  readonly moduleId: string;
  readonly label: string;
  readonly createData?: unknown;
}

/** monaco-yaml names a module where this Monaco wants a worker that has been started and told its settings. */
const shimmed: typeof monaco = {
  ...monaco,
  editor: {
    ...monaco.editor,
    createWebWorker: ((options: OldWorkerOptions) => {
      const worker = Promise.resolve(workerFor(options.label)).then((started) => {
        started.postMessage('ignore');
        started.postMessage(options.createData);
        return started;
      });
      return monaco.editor.createWebWorker({ worker });
    }) as unknown as typeof monaco.editor.createWebWorker,
  },
};

let isConfigured = false;

/** Completion, hover and checks of YAML by a schema. */
export function configureSchema(schema: JsonSchema): void {
  if (isConfigured) return;
  isConfigured = true;
  configureMonacoYaml(shimmed, {
    isKubernetes: true,
    yamlVersion: '1.1',
    schemas: [
      { uri: 'orrery://schema/kubernetes.json', fileMatch: ['**/*.yaml', '**/*.yml'], schema: schema as JSONSchema },
    ],
  });
}

/** The editor's colours, from the same tokens as everything else. */
export function applyTheme(isDark: boolean): void {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  monaco.editor.defineTheme('orrery', {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: 'type', foreground: token('accent').slice(1) },
      { token: 'string', foreground: token('teal').slice(1) },
      { token: 'number', foreground: token('brass-ink').slice(1) },
      { token: 'keyword', foreground: token('violet').slice(1) },
      { token: 'comment', foreground: token('faint').slice(1) },
    ],
    colors: {
      'editor.background': token('panel'),
      'editor.foreground': token('ink'),
      'editorLineNumber.foreground': token('faint'),
      'editor.lineHighlightBackground': token('raised'),
      'editor.placeholder.foreground': token('faint'),
      'editorWidget.background': token('panel'),
      'editorWidget.border': token('line-strong'),
      'editorSuggestWidget.background': token('panel'),
      'editorSuggestWidget.border': token('line-strong'),
      'editorSuggestWidget.foreground': token('ink'),
      'editorSuggestWidget.highlightForeground': token('accent'),
      'editorSuggestWidget.focusHighlightForeground': token('accent'),
      'editorSuggestWidget.selectedBackground': token('accent-soft'),
      'editorSuggestWidget.selectedForeground': token('ink'),
      'editorSuggestWidget.selectedIconForeground': token('accent'),
      'list.highlightForeground': token('accent'),
      'list.focusHighlightForeground': token('accent'),
      'editorHoverWidget.background': token('panel'),
      'editorHoverWidget.border': token('line-strong'),
      'editorHoverWidget.foreground': token('ink'),
      focusBorder: token('accent'),
    },
  });
  monaco.editor.setTheme('orrery');
}

export { monaco };
