import { create } from 'zustand';
import { useSession } from '../state/session-store.ts';

/** The files open in the editor; what was typed survives a reload. */
interface EditorState {
  readonly files: Readonly<Record<string, string>>;
  readonly file: string;
}

const KEY = 'orrery.editor';
const FRESH: EditorState = { files: { 'manifest.yaml': '' }, file: 'manifest.yaml' };

function stored(): EditorState {
  try {
    const state = JSON.parse(localStorage.getItem(KEY) ?? 'null') as EditorState | null;
    return state && typeof state.files === 'object' && state.file in state.files ? state : FRESH;
  } catch {
    return FRESH;
  }
}

export const useEditor = create<EditorState>(stored);

useEditor.subscribe((state) => localStorage.setItem(KEY, JSON.stringify(state)));

/** Shows a file; one that has been changed already is shown as it was left. */
export function openFile(file: string, text: string): void {
  useEditor.setState(({ files }) => ({
    file,
    files: file in files && files[file] !== '' ? files : { ...files, [file]: text },
  }));
  useSession.setState({ workTab: 'editor' });
}

/** What a lesson brings is as the lesson has it when it begins, whatever another lesson called by the same name. */
export function forgetFiles(names: readonly string[]): void {
  useEditor.setState(({ file, files }) => {
    const kept = Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
    return file in kept ? { files: kept } : { ...FRESH, files: { ...FRESH.files, ...kept } };
  });
}

export function writeFile(file: string, text: string): void {
  useEditor.setState(({ files }) => ({ files: { ...files, [file]: text } }));
}
