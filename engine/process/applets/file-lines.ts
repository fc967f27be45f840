import type { FileInformation } from '../program.ts';
import type { Names } from './names.ts';

/** `-rw-r--r--`; set-user-ID, set-group-ID and sticky bits take the place of an `x`. */
export function modeText({ type, mode }: FileInformation): string {
  const bits = [...'rwxrwxrwx'].map((letter, at) => ((mode >> (8 - at)) & 1 ? letter : '-'));
  const special = (bit: number, at: number, letter: string): void => {
    if ((mode & bit) !== 0) bits[at] = bits[at] === 'x' ? letter : letter.toUpperCase();
  };
  special(0o4000, 2, 's');
  special(0o2000, 5, 's');
  special(0o1000, 8, 't');
  return `${type === 'directory' ? 'd' : type === 'link' ? 'l' : '-'}${bits.join('')}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Jan  1 00:00`, as `ls -l` shows a recent time. */
function shortTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** Names for the numbers of users and groups; a number without one shows itself. */
export interface Owners {
  readonly users: Names;
  readonly groups: Names;
}

/** A line of `ls -l`, with the size as it is to stand there. */
export function longLine(name: string, file: FileInformation, { users, groups }: Owners, size: string): string {
  const owner = users[file.user] ?? String(file.user);
  const group = groups[file.group] ?? String(file.group);
  const arrow = file.target === undefined ? '' : ` -> ${file.target}`;
  const links = String(file.links).padStart(5);
  return `${modeText(file)}${links} ${owner.padEnd(8)} ${group.padEnd(8)} ${size} ${shortTime(file.modified)} ${name}${arrow}`;
}
