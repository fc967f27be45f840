import { FilePlus2, Save, Upload } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import type { AppliedView, Problem } from '../../engine/protocol/views.ts';
import { said } from '../locales/said.ts';
import { translate } from '../locales/translate.ts';
import { ask, problemText, select, showError } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { isDark, useSettings } from '../state/settings.ts';
import { finishEditing } from './edited-file.ts';
import { useEditor, writeFile } from './editor-store.ts';
import { loadMonaco } from './load.ts';
import { Problems } from './Problems.tsx';

type Loaded = Awaited<ReturnType<typeof loadMonaco>>;
type CodeEditor = ReturnType<Loaded['monaco']['editor']['create']>;

const OWNER = 'orrery-apply';

/** The YAML editor: completion and checks while typing, and Apply, whose errors are shown where they are. */
export default function ManifestEditor() {
  const { t } = useTranslation();
  const { file, files } = useEditor();
  const edited = useSession((session) => session.state?.editedFile);
  const element = useRef<HTMLDivElement>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const { loaded, editor } = useMonaco(element);
  useModel(loaded, editor, file);
  const show = (found: readonly Problem[]) => {
    setProblems(found);
    mark(loaded, editor, found);
  };
  const apply = () => {
    const text = useEditor.getState().files[file] ?? '';
    save(file, text)
      .then(() => ask('manifest.apply', { text }))
      .then((result) => {
        show(result.problems);
        announce(result.applied);
      })
      .catch((error) => show([problemText(error)]));
  };
  return (
    <div className="editor-view">
      <div className="editor-bar">
        <select
          className="select"
          aria-label={t('editor.file')}
          value={file}
          onChange={(event) => useEditor.setState({ file: event.target.value })}
        >
          {Object.keys(files).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <button
          type="button"
          className="icon-button"
          aria-label={t('editor.new')}
          title={t('editor.new')}
          onClick={addFile}
        >
          <FilePlus2 aria-hidden />
        </button>
        <div className="spacer" />
        {edited === file ? null : (
          <>
            <button
              type="button"
              className="button"
              title={t('editor.save-hint')}
              onClick={() => save(file, useEditor.getState().files[file] ?? '').catch(showError)}
            >
              <Save aria-hidden />
              {t('editor.save')}
            </button>
            <button type="button" className="button button-primary" onClick={apply}>
              <Upload aria-hidden />
              {t('editor.apply')}
            </button>
          </>
        )}
      </div>
      {edited === file ? <EditedBar path={file} /> : null}
      <div className="editor" ref={element} />
      <Problems problems={problems} onGo={(problem) => goTo(editor, problem)} />
    </div>
  );
}

/** A program in the terminal waits for this file. */
function EditedBar({ path }: { readonly path: string }) {
  const { t } = useTranslation();
  return (
    <p className="edited-bar" role="status">
      <span>{t('editor.edited')}</span>
      <button type="button" className="button" onClick={() => finishEditing(path, false)}>
        {t('editor.leave')}
      </button>
      <button type="button" className="button button-primary" onClick={() => finishEditing(path, true)}>
        {t('editor.done')}
      </button>
    </p>
  );
}

function addFile(): void {
  const { files } = useEditor.getState();
  let number = 2;
  while (`manifest-${number}.yaml` in files) number++;
  const name = `manifest-${number}.yaml`;
  useEditor.setState({ file: name, files: { ...files, [name]: '' } });
}

/** The learner's machine has the same files as the editor, so that kubectl sees what is written here. */
async function save(path: string, text: string): Promise<void> {
  await ask('file.write', { path, text });
}

function announce(applied: readonly AppliedView[]): void {
  for (const { resource, namespace, name, outcome } of applied) {
    toast.success(`${resource.split('.')[0]}/${name} ${translate(`editor.${outcome}`)}`);
    select({ resource, namespace, name });
  }
}

function goTo(editor: CodeEditor | undefined, { line = 1, column = 1 }: Problem): void {
  editor?.setPosition({ lineNumber: line, column });
  editor?.revealLineInCenter(line);
  editor?.focus();
}

function mark(loaded: Loaded | undefined, editor: CodeEditor | undefined, problems: readonly Problem[]): void {
  const model = editor?.getModel();
  if (!loaded || !model) return;
  const markers = problems.map(({ message, remedy, line = 1, column = 1 }) => {
    const word = model.getWordAtPosition({ lineNumber: line, column });
    return {
      severity: loaded.monaco.MarkerSeverity.Error,
      message: remedy ? `${said(message)}\n${translate(`remedy.${remedy}`)}` : said(message),
      startLineNumber: line,
      startColumn: column,
      endLineNumber: line,
      endColumn: word?.endColumn ?? column + 1,
    };
  });
  loaded.monaco.editor.setModelMarkers(model, OWNER, markers);
}

function useMonaco(element: React.RefObject<HTMLDivElement | null>) {
  const [state, setState] = useState<{ readonly loaded: Loaded; readonly editor: CodeEditor }>();
  const { theme, language } = useSettings();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once
  useEffect(() => {
    let isGone = false;
    let editor: CodeEditor | undefined;
    Promise.all([loadMonaco(language), ask('schema.get', null), document.fonts.load("13px 'JetBrains Mono Variable'")])
      .then(([loaded, { schema }]) => {
        if (isGone) return;
        loaded.configureSchema(schema);
        loaded.applyTheme(isDark(theme));
        editor = loaded.monaco.editor.create(element.current as HTMLDivElement, {
          model: null,
          automaticLayout: true,
          fixedOverflowWidgets: true,
          // The colours of its menu are the page's: in a shadow tree it would have none.
          useShadowDOM: false,
          fontFamily: "'JetBrains Mono Variable', monospace",
          fontSize: 13,
          minimap: { enabled: false },
          stickyScroll: { enabled: false },
          wordBasedSuggestions: 'off',
          placeholder: translate('editor.placeholder'),
          scrollBeyondLastLine: false,
          tabSize: 2,
          ariaLabel: translate('work.editor'),
          padding: { top: 8, bottom: 8 },
        });
        setState({ loaded, editor });
      })
      .catch(showError);
    return () => {
      isGone = true;
      editor?.dispose();
    };
  }, []);
  useEffect(() => {
    requestAnimationFrame(() => state?.loaded.applyTheme(isDark(theme)));
  }, [state, theme]);
  return state ?? { loaded: undefined, editor: undefined };
}

/** Files of the home folder are known by their names, others by their paths. */
function pathOf(file: string): string {
  return file.startsWith('/') ? file : `/${file}`;
}

/** One model a file, so that undo and markers belong to it. */
function useModel(loaded: Loaded | undefined, editor: CodeEditor | undefined, file: string): void {
  const text = useEditor((state) => state.files[file] ?? '');
  useEffect(() => {
    if (!loaded || !editor) return;
    const uri = loaded.monaco.Uri.parse(`file://${pathOf(file)}`);
    const model = loaded.monaco.editor.getModel(uri) ?? loaded.monaco.editor.createModel('', 'yaml', uri);
    const current = useEditor.getState().files[file] ?? '';
    if (model.getValue() !== current) model.setValue(current);
    editor.setModel(model);
    const listening = model.onDidChangeContent(() => writeFile(file, model.getValue()));
    return () => listening.dispose();
  }, [loaded, editor, file]);
  useEffect(() => {
    const model = editor?.getModel();
    // What an empty file lacks is no mistake yet.
    editor?.updateOptions({ renderValidationDecorations: text.trim() === '' ? 'off' : 'on' });
    if (model && model.uri.path === pathOf(file) && model.getValue() !== text) model.setValue(text);
  }, [editor, file, text]);
}
