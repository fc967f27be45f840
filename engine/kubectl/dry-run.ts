import { failure } from './failure.ts';
import type { Session } from './session.ts';

export type DryRun = 'none' | 'client' | 'server';

/** What `--dry-run` asks for. */
export function dryRunOf(session: Session): DryRun {
  const value = session.flags.string('dry-run');
  if (value === 'none' || value === 'client' || value === 'server') return value;
  throw failure(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

/** What is written behind a message. */
export function dryRunSuffix(dryRun: DryRun): string {
  return { none: '', client: ' (dry run)', server: ' (server dry run)' }[dryRun];
}

/** The query of a write. */
export function writeQuery(session: Session, dryRun: DryRun, withValidation = false): Record<string, string> {
  const { flags } = session;
  return {
    ...(flags.has('field-manager') && flags.string('field-manager')
      ? { fieldManager: flags.string('field-manager') }
      : {}),
    ...(withValidation && flags.has('validate') ? { fieldValidation: fieldValidation(flags.string('validate')) } : {}),
    ...(dryRun === 'server' ? { dryRun: 'All' } : {}),
  };
}

/** The value of `--validate` as the server knows it. */
export function fieldValidation(value: string): string {
  if (['strict', 'true'].includes(value)) return 'Strict';
  if (value === 'warn') return 'Warn';
  if (['ignore', 'false'].includes(value)) return 'Ignore';
  throw failure(
    `invalid - validate option ${JSON.stringify(value)}; must be one of: strict (or true), warn, ignore (or false)`,
  );
}
