/** An object or list that a text is in the middle of. */
interface Open {
  readonly keys: Set<string> | undefined;
  /** Where it is just now. */
  place: string | number;
}

/**
 * Fields that a JSON text has twice, with their paths: `duplicate field "metadata.name"`. The text is known to be JSON.
 * Rules: `sigs.k8s.io/json`.
 */
export function duplicateFields(text: string): readonly string[] {
  return isCompact(text) ? [] : faultsInOrder(text, []);
}

/** Duplicate fields and the `unknown` ones (`unknown field "spec.x"`) in the order in which a text has them. */
export function faultsInOrder(text: string, unknown: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const open: Open[] = [];
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    const inner = open.at(-1);
    switch (text[at]) {
      case '{':
        open.push({ keys: new Set(), place: '' });
        isKey = true;
        break;
      case '[':
        open.push({ keys: undefined, place: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        isKey = false;
        break;
      case ',':
        if (inner?.keys === undefined) (inner as { place: number }).place++;
        else isKey = true;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (isKey && inner?.keys !== undefined) {
          inner.place = JSON.parse(text.slice(at, end)) as string;
          const path = pathOf(open);
          if (inner.keys.has(inner.place) && !isWithin(path, unknown)) found.add(`duplicate field ${quoted(path)}`);
          if (unknown.includes(`unknown field ${quoted(path)}`)) found.add(`unknown field ${quoted(path)}`);
          inner.keys.add(inner.place);
          isKey = false;
        }
        at = end - 1;
        break;
      }
      default:
    }
  }
  for (const fault of unknown) found.add(fault);
  return [...found];
}

const quoted = (path: string): string => JSON.stringify(path);

/** What is below an unknown field is not looked at. */
function isWithin(path: string, unknown: readonly string[]): boolean {
  return unknown.some((fault) => `unknown field ${quoted(path)}`.startsWith(`${fault.slice(0, -1)}.`));
}

/** A text that is written as it was read has each field once; programs write such texts. */
function isCompact(text: string): boolean {
  return JSON.stringify(JSON.parse(text)) === text.trimEnd();
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function pathOf(open: readonly Open[]): string {
  let path = '';
  for (const { place } of open) {
    if (typeof place === 'number') path += `[${place}]`;
    else path += path === '' ? place : `.${place}`;
  }
  return path;
}
