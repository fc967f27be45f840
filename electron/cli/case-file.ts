/** A console session to be typed: the format of the recordings (`test/golden/sessions/*.case`). */
export interface CaseFile {
  readonly title: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Shell lines; a continued line holds newlines. `settle N` lets N seconds pass. */
  readonly commands: readonly string[];
}

/** A case file that cannot be read; the message names the line. */
export class CaseFileError extends Error {
  override readonly name = 'CaseFileError';
}

/**
 * Reads
 *
 *     title: one line
 *     --- file web.yaml
 *     …
 *     --- run
 *     $ kubectl apply -f web.yaml
 *     > a continued line
 */
export function parseCaseFile(text: string): CaseFile {
  let title = '';
  const files: { path: string; lines: string[] }[] = [];
  const commands: string[] = [];
  let part: 'head' | 'file' | 'run' = 'head';
  for (const [at, line] of text.split('\n').entries()) {
    if (line.startsWith('--- file ')) {
      part = 'file';
      files.push({ path: line.slice('--- file '.length).trim(), lines: [] });
    } else if (line.trim() === '--- run') {
      part = 'run';
    } else if (part === 'head') {
      if (line.startsWith('title:')) title = line.slice('title:'.length).trim();
    } else if (part === 'file') {
      files[files.length - 1]?.lines.push(line);
    } else if (line.startsWith('$ ')) {
      commands.push(line.slice(2));
    } else if (line.startsWith('> ') && commands.length > 0) {
      commands.push(`${commands.pop()}\n${line.slice(2)}`);
    } else if (line.trim() !== '') {
      throw new CaseFileError(`line ${at + 1}: after "--- run" each line starts with "$ " or "> ", not "${line}"`);
    }
  }
  if (part !== 'run') throw new CaseFileError('there is no "--- run" line: put one before the commands');
  return { title, files: files.map((file) => ({ path: file.path, text: `${file.lines.join('\n')}\n` })), commands };
}
