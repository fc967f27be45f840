import { complain, print, type Script } from '../program.ts';
import type { AppletTable } from './applet.ts';

/** How vi is told to leave the file as it is; everything else that ends it keeps what was written. */
const QUIT = [':q', ':q!', ':cq'];
const WRITE_AND_QUIT = [':wq', ':wq!', ':x', ':x!', 'ZZ'];

/**
 * A full-screen editor. The text itself is edited in the window's editor beside the terminal, which finds the program by
 * its name and its file (`editedFile` in `engine/protocol/terminal.ts`); here it waits to be told, in vi's words, that
 * the file is done.
 */
const editor: Script = function* ({ argv, directory, terminal }) {
  const [name = 'vi', ...words] = argv;
  const file = words.find((word) => !/^[-+]/.test(word));
  if (file === undefined) {
    yield* complain(`${name}: say which file to edit: ${name} FILE\n`);
    return 1;
  }
  if (terminal === undefined) {
    yield* complain(`${name}: standard input is not a terminal; write the file with cat > ${file} <<EOF\n`);
    return 1;
  }
  yield* print(
    `"${file.startsWith('/') ? file : `${directory}/${file}`}" is open in the editor beside the terminal.\nDone there, or type :wq here to go on with what was saved, :q! to leave it.\n`,
  );
  for (;;) {
    const line = (yield { call: 'read', fd: 0, line: true }) as string | null;
    if (line === null) return 1;
    const command = line.trim();
    if (WRITE_AND_QUIT.includes(command)) return 0;
    if (QUIT.includes(command)) return command === ':cq' ? 1 : 0;
    if (command !== '') yield* print('Type :wq or :q! and Enter.\n');
  }
};

/** Names under which people look for an editor. */
export const EDITORS: AppletTable = { vi: editor, vim: editor, nano: editor };
