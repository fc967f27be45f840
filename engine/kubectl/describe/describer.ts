import type { Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

/** Describes one object: lines with cells separated by tabs, without events. */
export type Describer = (session: Session, resource: Resource) => Task<string> | string;
