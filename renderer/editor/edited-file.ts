import { useEffect } from 'react';
import { ask, showError, tell } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { useEditor, writeFile } from './editor-store.ts';

/** When a program in the terminal wants a file edited (`vi`, `kubectl edit`), it is shown in the editor. */
export function useEditedFile(): void {
  const path = useSession((session) => session.state?.editedFile);
  useEffect(() => {
    if (path === undefined) return;
    ask('file.read', { path })
      .then(({ text }) => {
        writeFile(path, text);
        useEditor.setState({ file: path });
        useSession.setState({ workTab: 'editor' });
      })
      .catch(showError);
  }, [path]);
}

/** Tells the waiting program that the file is done: as it stands in the editor, or as it was. */
export function finishEditing(path: string, keeps: boolean): void {
  const { files } = useEditor.getState();
  const text = files[path] ?? '';
  const written = keeps ? ask('file.write', { path, text }) : Promise.resolve(null);
  written
    .then(() => {
      tell('terminal.type', { text: keeps ? ':wq\n' : ':q!\n' });
      const { [path]: _, ...others } = useEditor.getState().files;
      const [first = 'manifest.yaml'] = Object.keys(others);
      useEditor.setState({ files: { [first]: '', ...others }, file: first });
      useSession.setState({ workTab: 'terminal' });
    })
    .catch(showError);
}
