import type { Task } from '../command.ts';
import type { Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';

/** Describes one object: lines with cells separated by tabs, without events. */
export type Describer = (session: Session, resource: Resource) => Task<string> | string;
