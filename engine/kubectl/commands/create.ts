import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import type { Mapping } from '../discovery.ts';
import { type DryRun, dryRunOf, fieldValidation } from '../dry-run.ts';
import { CommandFailure, failure, joinFailures, ServerFailure, usageFailure, withSource } from '../failure.ts';
import type { Flag } from '../flags.ts';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  OUTPUT_FLAGS,
  RECORD_FLAG,
  SELECTOR_FLAG,
  VALIDATE_FLAG,
} from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { sendRaw } from '../raw.ts';
import { manifestResource, readManifests } from '../resources/manifests.ts';
import type { Resource } from '../resources/object.ts';
import { collect } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { createResource, recorded, report, withLastApplied } from '../writing.ts';
import { WINDOWS_FLAG } from './edit.ts';
import { EDIT_HEADER, editFile } from './editing.ts';

const SAVE_CONFIG: Flag = {
  name: 'save-config',
  type: 'boolean',
  usage: 'Remember the configuration for kubectl apply',
};

/** Flags of all `create` commands. */
export const CREATE_FLAGS: readonly Flag[] = [
  ...OUTPUT_FLAGS,
  DRY_RUN_FLAG,
  VALIDATE_FLAG,
  fieldManagerFlag('kubectl-create'),
  SAVE_CONFIG,
];

/** `create` with its subcommands for single kinds. */
export function createCommand(subcommands: readonly Command[]): Command {
  return {
    name: 'create',
    short: 'Create a resource from a file or from stdin',
    usage: '-f FILENAME',
    examples: [
      '# From a file',
      'kubectl create -f pod.yaml',
      '',
      '# A Deployment',
      'kubectl create deployment web --image=nginx:1.25',
    ],
    flags: [
      ...FILENAME_FLAGS,
      ...CREATE_FLAGS,
      SELECTOR_FLAG,
      RECORD_FLAG,
      WINDOWS_FLAG,
      { name: 'edit', type: 'boolean', usage: 'Edit before creating' },
      { name: 'raw', type: 'string', usage: 'Path to post to' },
    ],
    subcommands,
    run: runCreate,
  };
}

function* runCreate(session: Session): Task {
  const { flags, args } = session;
  const files = flags.strings('filename');
  if (args.length > 0) throw usageFailure(session.path, `Unexpected args: [${args.join(' ')}]`);
  if (flags.string('raw')) return yield* createRaw(session, files);
  if (files.length === 0 && !flags.string('kustomize')) throw failure('must specify one of -f and -k');
  const dryRun = dryRunOf(session);
  fieldValidation(flags.string('validate'));
  if (flags.boolean('edit')) return yield* createEdited(session, files);
  const printer = yield* outputPrinter(session);
  const { manifests, failures: problems } = yield* readManifests(session, files);
  const failures = [...problems];
  /** What has no known kind: told after all else. */
  const unknown: Error[] = [];
  for (const manifest of manifests) {
    let resource: Resource;
    try {
      resource = yield* manifestResource(session, manifest);
    } catch (error) {
      unknown.push(error as Error);
      continue;
    }
    try {
      const object = flags.boolean('save-config') ? withLastApplied(resource.object) : resource.object;
      const created = yield* sent(session, { ...resource, object }, dryRun);
      yield* report(session, created, 'created', dryRun, printer);
    } catch (error) {
      collect(failures, error);
    }
  }
  if (manifests.length === 0 && failures.length === 0) throw failure('no objects passed to create');
  if (failures.length + unknown.length > 0) throw joinFailures([...failures, ...unknown]);
}

function* createRaw(session: Session, files: readonly string[]): Task {
  const { flags } = session;
  const raw = flags.string('raw');
  if (flags.boolean('edit')) throw failure('--raw and --edit are mutually exclusive');
  if (files.length !== 1) throw failure('--raw can only use a single local file or stdin');
  if (flags.boolean('recursive')) throw failure('--raw and --recursive are mutually exclusive');
  if (flags.string('selector')) throw failure('--raw and --selector (-l) are mutually exclusive');
  if (flags.string('output')) throw failure('--raw and --output are mutually exclusive');
  if (!raw.startsWith('/'))
    throw failure(`--raw must be a valid URL path: parse ${JSON.stringify(raw)}: invalid URI for request`);
  yield* sendRaw(session, 'POST', raw, files);
}

/** Opens each object in the editor, and creates what is left there. */
function* createEdited(session: Session, files: readonly string[]): Task {
  const printer = yield* outputPrinter(session);
  const { manifests, failures: problems } = yield* readManifests(session, files);
  const failures = [...problems];
  for (const manifest of manifests) {
    try {
      const { object, ...resource } = yield* manifestResource(session, manifest);
      const namespace = resource.mapping.isNamespaced ? { namespace: resource.namespace } : {};
      const placed = { ...object, metadata: { ...object.metadata, ...namespace } };
      yield* editFile(session, {
        header: EDIT_HEADER,
        resources: [{ ...resource, object: placed }],
        *save(edited) {
          for (const each of edited) {
            const saved = session.flags.boolean('save-config') ? withLastApplied(each.object) : each.object;
            const created = yield* createResource(session, { ...each, object: saved }, 'none');
            yield* report(session, created, 'created', 'none', printer);
          }
        },
      });
    } catch (error) {
      collect(failures, error);
    }
  }
  if (failures.length > 0) throw joinFailures(failures);
}

function* sent(
  session: Session,
  resource: Parameters<typeof createResource>[1],
  dryRun: DryRun,
): ReturnType<typeof createResource> {
  try {
    return yield* createResource(session, resource, dryRun);
  } catch (error) {
    throw error instanceof ServerFailure ? withSource(error, 'creating', resource.source ?? '') : error;
  }
}

/** Exactly one NAME, before `--`. */
export function nameArgument(session: Session): string {
  const names = session.dashAt >= 0 ? session.args.slice(0, session.dashAt) : session.args;
  if (names.length !== 1) throw usageFailure(session.path, `exactly one NAME is required, got ${names.length}`);
  return names[0] as string;
}

/** What follows `--`. */
export function commandArguments(session: Session): readonly string[] {
  return session.dashAt >= 0 ? session.args.slice(session.dashAt) : [];
}

/**
 * Creates an object that kubectl made itself. `what` is for the message of a refusal (`failed to create deployment: …`);
 * without it the server's own message is printed.
 */
export function* createGenerated(session: Session, object: KubeObject, what?: string): Task {
  const dryRun = dryRunOf(session);
  const printer = yield* outputPrinter(session);
  fieldValidation(session.flags.string('validate'));
  const saved = session.flags.boolean('save-config') ? withLastApplied(object, true) : object;
  if (dryRun === 'client') {
    // Nobody is asked: the server need not even be there.
    const local = {
      mapping: typeOf(object),
      namespace: '',
      name: object.metadata.name,
      object: recorded(session, saved),
    };
    return yield* report(session, local, 'created', dryRun, printer, true);
  }
  const mapping = (yield* session.mapper()).kind(object.apiVersion, object.kind);
  if (!mapping) throw failure(`the server doesn't have a resource type ${JSON.stringify(object.kind)}`);
  const namespace = mapping.isNamespaced ? (object.metadata.namespace ?? (yield* session.namespace())) : '';
  const resource = { mapping, namespace, name: object.metadata.name, object: saved };
  try {
    const created = yield* createResource(session, resource, dryRun);
    yield* report(session, created, 'created', dryRun, printer);
  } catch (error) {
    if (what && error instanceof ServerFailure)
      throw new CommandFailure(`error: failed to create ${what}${what === 'secret' ? '' : ':'} ${error.message}`);
    throw error;
  }
}

/** What an object says of its own kind. */
function typeOf({ apiVersion, kind }: KubeObject): Mapping {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const words = { resource: '', singular: '', shortNames: [], categories: [], verbs: [], subresources: [] };
  return { group, version, kind, isNamespaced: false, ...words };
}

/** Metadata with the namespace that was asked for by flag. */
export function* metadata(session: Session, name: string, more: object = {}): Task<KubeObject['metadata']> {
  const namespace = session.isNamespaceForced ? { namespace: yield* session.namespace() } : {};
  return { name, ...namespace, ...more } as KubeObject['metadata'];
}
