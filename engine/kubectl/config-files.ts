import { readFile } from '../process/program.ts';
import { CommandFailure, failure } from './failure.ts';
import { exists, fileProblem, join } from './files.ts';
import type { FlagValues } from './flags.ts';
import { EMPTY_KUBECONFIG, type Kubeconfig, kubeconfigYaml, parseKubeconfig } from './kubeconfig.ts';
import type { Task } from './task.ts';

// Where the kubeconfig is read and written. Source: `k8s.io/client-go/tools/clientcmd` (loader.go, config.go).

/** The parts of a kubeconfig that have names. */
export const SECTIONS = ['clusters', 'contexts', 'users'] as const;
export type Section = (typeof SECTIONS)[number];

/** Fields of entries that are paths: in a file they start at its folder. */
const PATH_FIELDS: Readonly<Record<Section, readonly string[]>> = {
  clusters: ['certificate-authority'],
  contexts: [],
  users: ['client-certificate', 'client-key', 'tokenFile'],
};

type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A kubeconfig as merged from its files, and from which of them each entry is. */
export interface MergedKubeconfig {
  readonly config: Kubeconfig;
  readonly origins: Readonly<Record<Section, Readonly<Record<string, string>>>>;
}

/** The files of a kubeconfig as the user names them. */
export class ConfigFiles {
  readonly isExplicit: boolean;
  private readonly paths: readonly string[];
  private readonly directory: string;

  constructor(flags: FlagValues, environment: Readonly<Record<string, string>>, directory: string) {
    const explicit = flags.string('kubeconfig');
    const listed = (environment.KUBECONFIG ?? '').split(':').filter((path) => path !== '');
    this.isExplicit = explicit !== '';
    this.directory = directory;
    if (explicit) this.paths = [explicit];
    else this.paths = listed.length > 0 ? [...new Set(listed)] : [`${environment.HOME ?? '/root'}/.kube/config`];
  }

  /** All files as one; missing ones are empty. For a request a named one must be there, and paths are made absolute. */
  *load(isNeeded = false): Task<MergedKubeconfig> {
    let config = EMPTY_KUBECONFIG;
    const origins: Record<Section, Record<string, string>> = { clusters: {}, contexts: {}, users: {} };
    for (const path of this.paths) {
      const read = yield* this.read(path);
      if (read === undefined) {
        if (isNeeded && this.isExplicit) throw failure(`stat ${path}: no such file or directory`);
        continue;
      }
      const found = isNeeded ? this.resolved(read, path) : read;
      for (const section of SECTIONS) {
        for (const name of Object.keys(found[section])) origins[section][name] ??= path;
      }
      config = {
        clusters: { ...found.clusters, ...config.clusters },
        contexts: { ...found.contexts, ...config.contexts },
        users: { ...found.users, ...config.users },
        currentContext: config.currentContext || found.currentContext,
      };
    }
    return { config, origins };
  }

  /** The named file alone, its paths as they are. */
  *loadExplicit(): Task<Kubeconfig> {
    return (yield* this.read(this.paths[0] as string)) ?? EMPTY_KUBECONFIG;
  }

  /** Writes what has changed to the files that it is from. */
  *modify({ config: old, origins }: MergedKubeconfig, config: Kubeconfig): Task {
    if (old.currentContext !== config.currentContext) yield* this.writeCurrentContext(config.currentContext);
    for (const section of SECTIONS) {
      const [before, after] = [old[section] as Entries, config[section] as Entries];
      for (const name of Object.keys({ ...before, ...after })) {
        if (JSON.stringify(before[name]) === JSON.stringify(after[name])) continue;
        const path = origins[section][name] ?? (yield* this.fileForNew());
        yield* this.writeEntry(path, section, name, after[name]);
      }
    }
  }

  /** Where new entries go: the first file that is there. */
  *fileForNew(): Task<string> {
    if (this.paths.length > 1) {
      for (const path of this.paths) if (yield* exists(join(this.directory, path))) return path;
    }
    return this.paths.at(-1) as string;
  }

  private *writeCurrentContext(name: string): Task {
    let path = yield* this.fileForNew();
    if (name === '') {
      for (const candidate of this.paths) {
        if (!(yield* this.read(candidate))?.currentContext) continue;
        path = candidate;
        break;
      }
    }
    yield* this.write(path, { ...((yield* this.read(path)) ?? EMPTY_KUBECONFIG), currentContext: name });
  }

  private *writeEntry(path: string, section: Section, name: string, entry: Entries[string] | undefined): Task {
    const present = (yield* this.read(path)) ?? EMPTY_KUBECONFIG;
    const { [name]: _, ...others } = present[section] as Entries;
    const entries = entry === undefined ? others : { ...others, [name]: this.relative(entry, section, path) };
    yield* this.write(path, { ...present, [section]: entries });
  }

  private *read(path: string): Task<Kubeconfig | undefined> {
    const text = yield* readFile(join(this.directory, path));
    if (typeof text !== 'string') {
      if (text.error === 'ENOENT') return undefined;
      const operation = text.error === 'EISDIR' ? 'read' : 'open';
      throw failure(`error loading config file ${JSON.stringify(path)}: ${operation} ${path}: ${fileProblem(text)}`);
    }
    try {
      return parseKubeconfig(text);
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      const problem = error.text.replace(/^error: (error converting YAML to JSON: )?/, '');
      throw failure(`error loading config file ${JSON.stringify(path)}: ${problem}`);
    }
  }

  private *write(path: string, config: Kubeconfig): Task {
    const file = join(this.directory, path);
    yield { call: 'makeDirectory', path: file.replace(/\/[^/]*$/, ''), parents: true };
    yield { call: 'writeFile', path: file, text: kubeconfigYaml(config), mode: 0o600 };
  }

  private folderOf(path: string): string {
    return join(this.directory, path).replace(/\/[^/]*$/, '');
  }

  private resolved(config: Kubeconfig, path: string): Kubeconfig {
    const folder = this.folderOf(path);
    const changed = (section: Section) =>
      mapped(config[section] as Entries, PATH_FIELDS[section], (value) => join(folder, value));
    return { ...config, clusters: changed('clusters'), users: changed('users') };
  }

  private relative(entry: Entries[string], section: Section, path: string): Entries[string] {
    const folder = `${this.folderOf(path)}/`;
    const short = (value: string) => (value.startsWith(folder) ? value.slice(folder.length) : value);
    return mapped({ entry }, PATH_FIELDS[section], short).entry as Entries[string];
  }
}

function mapped(entries: Entries, fields: readonly string[], change: (value: string) => string): Entries {
  const result: Record<string, Entries[string]> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const changed = fields.filter((field) => entry[field]).map((field) => [field, change(String(entry[field]))]);
    result[name] = changed.length === 0 ? entry : { ...entry, ...Object.fromEntries(changed) };
  }
  return result;
}
