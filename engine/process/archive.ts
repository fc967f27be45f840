import { byteLength, firstBytes } from './text.ts';

/** One member of a tar archive. */
export interface ArchiveEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link';
  readonly mode: number;
  readonly user: number;
  readonly group: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** Content of a file. */
  readonly text: string;
  /** Where a link points. */
  readonly target: string;
}

const BLOCK = 512;
const TYPES: Readonly<Record<ArchiveEntry['type'], string>> = { file: '0', link: '2', directory: '5' };
const LONGEST_NAME = 100;
const LONG_NAME = 'L';

function field(value: string, width: number): string {
  return value.padEnd(width, '\0');
}

function octal(value: number, width: number): string {
  return `${Math.floor(value)
    .toString(8)
    .padStart(width - 1, '0')}\0`;
}

function padding(length: number): string {
  return '\0'.repeat((BLOCK - (length % BLOCK)) % BLOCK);
}

/** The sum of a header's letters, its own field counted as blanks. Names outside ASCII count by their bytes. */
function checksum(header: string): number {
  let sum = 0;
  for (const character of header) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) sum += code;
    else if (code < 0x800) sum += (0xc0 | (code >> 6)) + (0x80 | (code & 0x3f));
    else if (code < 0x10000) sum += (0xe0 | (code >> 12)) + (0x80 | ((code >> 6) & 0x3f)) + (0x80 | (code & 0x3f));
    else sum += 0xf0 | (code >> 18);
  }
  return sum;
}

function headerOf(entry: ArchiveEntry, type: string, size: number, name: string): string {
  const shortName = firstBytes(name, LONGEST_NAME);
  const before = [
    shortName + '\0'.repeat(LONGEST_NAME - byteLength(shortName)),
    octal(entry.mode, 8),
    octal(entry.user, 8),
    octal(entry.group, 8),
    octal(size, 12),
    octal(entry.modified / 1000, 12),
  ].join('');
  const after = `${type}${field(firstBytes(entry.target, LONGEST_NAME), LONGEST_NAME)}ustar  \0`;
  const sum = checksum(`${before}${' '.repeat(8)}${after}`);
  const header = `${before}${sum.toString(8).padStart(6, '0')}\0 ${after}`;
  return header + padding(byteLength(header));
}

/** A tar archive (ustar with GNU's long names) as text. */
export function archiveText(entries: readonly ArchiveEntry[]): string {
  const parts = entries.map((entry) => {
    const size = entry.type === 'file' ? byteLength(entry.text) : 0;
    const longName =
      byteLength(entry.name) > LONGEST_NAME
        ? headerOf({ ...entry, target: '' }, LONG_NAME, byteLength(entry.name) + 1, '././@LongLink') +
          `${entry.name}\0${padding(byteLength(entry.name) + 1)}`
        : '';
    const content = entry.type === 'file' ? entry.text + padding(size) : '';
    return longName + headerOf(entry, TYPES[entry.type], size, entry.name) + content;
  });
  return parts.join('') + '\0'.repeat(2 * BLOCK);
}

/** Reads an archive; undefined for what is none. */
export function readArchive(archive: string): ArchiveEntry[] | undefined {
  const entries: ArchiveEntry[] = [];
  let rest = archive;
  let longName: string | undefined;
  const take = (count: number): string => {
    const text = firstBytes(rest, count);
    rest = rest.slice(text.length);
    return text;
  };
  while (rest !== '') {
    const header = take(BLOCK);
    if (/^\0*$/.test(header)) break;
    const cut = new HeaderReader(header);
    const [name, mode, user, group] = [cut.text(100), cut.number(8), cut.number(8), cut.number(8)];
    const [size, modified] = [cut.number(12), cut.number(12)];
    cut.text(8);
    const [type, target] = [cut.text(1) || '0', cut.text(100)];
    if (!cut.text(6).startsWith('ustar') || Number.isNaN(size)) return undefined;
    const content = take(size);
    take((BLOCK - (size % BLOCK)) % BLOCK);
    if (type === LONG_NAME) {
      longName = content.replace(/\0+$/, '');
      continue;
    }
    const kind = type === '5' ? 'directory' : type === '2' ? 'link' : 'file';
    const whole = { mode, user, group, modified: modified * 1000, text: kind === 'file' ? content : '', target };
    entries.push({ name: longName ?? name, type: kind, ...whole });
    longName = undefined;
  }
  return entries;
}

/** Takes a header apart, field by field. */
class HeaderReader {
  private rest: string;

  constructor(header: string) {
    this.rest = header;
  }

  text(width: number): string {
    const text = firstBytes(this.rest, width);
    this.rest = this.rest.slice(text.length);
    return text.replace(/\0.*$/s, '');
  }

  number(width: number): number {
    return Number.parseInt(this.text(width).trim() || '0', 8);
  }
}
