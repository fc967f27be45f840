import { base64Encode } from '../../base64.ts';
import { readFile } from '../../process/program.ts';
import { failure } from '../failure.ts';
import { fileProblem, join } from '../files.ts';
import type { Kubeconfig } from '../kubeconfig.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A kubeconfig with the content of files in their place. */
export function* embedded(session: Session, config: Kubeconfig): Task<Kubeconfig> {
  const clusters = yield* embed(session, config.clusters, ['certificate-authority']);
  const users = yield* embed(session, config.users, ['client-certificate', 'client-key']);
  return { ...config, clusters, users };
}

function* embed(session: Session, entries: Entries, fields: readonly string[]): Task<Entries> {
  const result: Record<string, Entries[string]> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const changed: Record<string, unknown> = { ...entry };
    for (const field of fields) {
      const path = entry[field];
      if (!path) continue;
      delete changed[field];
      changed[`${field}-data`] ??= yield* fileData(session, String(path));
    }
    result[name] = changed;
  }
  return result;
}

/** The content of a file in base64. */
export function* fileData(session: Session, path: string): Task<string> {
  const text = yield* readFile(join(session.invocation.directory, path));
  if (typeof text !== 'string') throw failure(`open ${path}: ${fileProblem(text)}`);
  return base64Encode(text);
}
