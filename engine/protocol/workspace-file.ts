import { say } from '../sentence.ts';
import { type Session, SessionFileError } from '../sim/session.ts';
import { type Branch, Workspace } from './workspace.ts';

interface BranchRecord {
  readonly id: string;
  readonly name: string;
  readonly parent?: string;
  readonly forkedAt: number;
  readonly shown?: number;
  readonly shownTime?: number;
  /** The session file as saved. */
  readonly session: unknown;
}

/** All branches and the place shown, as one file. A plain session file is taken as well. */
interface WorkspaceRecord {
  readonly format: 'orrery-workspace';
  readonly version: 1;
  readonly lesson?: string;
  readonly current: string;
  readonly branches: readonly BranchRecord[];
}

/** What a file holds besides the branches. */
export interface OpenedWorkspace {
  readonly workspace: Workspace;
  readonly lesson?: string;
}

export function saveWorkspace(workspace: Workspace, lesson: string | undefined): string {
  const record: WorkspaceRecord = {
    format: 'orrery-workspace',
    version: 1,
    ...(lesson === undefined ? {} : { lesson }),
    current: workspace.current.id,
    branches: workspace.branches.map(({ session, ...branch }) => ({ ...branch, session: JSON.parse(session.save()) })),
  };
  return `${JSON.stringify(record)}\n`;
}

/** Reads what `saveWorkspace` or `Session.save` wrote; throws `SessionFileError` and says what is wrong. */
export function openWorkspace(text: string, load: (text: string) => Session): OpenedWorkspace {
  const record = parse(text);
  if (record?.format !== 'orrery-workspace') return { workspace: Workspace.of(load(text)) };
  if (record.version !== 1) {
    throw new SessionFileError(
      say`This file has version ${String(record.version)}; this Orrery reads version 1. Update Orrery.`,
    );
  }
  const current = record.branches?.find((branch) => branch.id === record.current);
  if (!record.branches || !current) {
    throw new SessionFileError(
      say`This session file is damaged: "branches" or "current" is missing. Use an older copy of it.`,
    );
  }
  const branches = record.branches.map((branch): Branch => {
    return { ...branch, session: load(JSON.stringify(branch.session)) };
  });
  const workspace = new Workspace(branches, branches[record.branches.indexOf(current)] as Branch);
  return record.lesson === undefined ? { workspace } : { workspace, lesson: record.lesson };
}

/** Undefined for what is no JSON object: the loader of session files says what is wrong with it. */
function parse(text: string): WorkspaceRecord | undefined {
  try {
    const value = JSON.parse(text) as WorkspaceRecord | null;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
