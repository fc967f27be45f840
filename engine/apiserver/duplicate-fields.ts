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
  if (isCompact(text)) return [];
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
          if (inner.keys.has(inner.place)) found.add(`duplicate field ${JSON.stringify(pathOf(open))}`);
          inner.keys.add(inner.place);
          isKey = false;
        }
        at = end - 1;
        break;
      }
      default:
    }
  }
  return [...found];
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
