import { parseSync } from 'vite';
import { kindInWords } from '../../engine/protocol/steps.ts';
import { patternOf } from '../../engine/sentence.ts';
import { sourceFiles, textOf } from '../structure/sources.ts';

/** A node of an abstract syntax tree, as far as it matters here. */
interface Node {
  readonly type?: string;
  readonly tag?: Node;
  readonly name?: string;
  readonly value?: unknown;
  readonly quasi?: { readonly quasis: readonly { readonly value: { readonly cooked: string } }[] };
  readonly callee?: { readonly property?: Node };
  readonly arguments?: readonly { readonly properties?: readonly { readonly key?: Node; readonly value?: Node }[] }[];
}

/** How tasks and messages come about. */
const SENDERS: readonly unknown[] = ['after', 'send', 'input', 'call'];

/** What stands in the sources of the app, as patterns. */
interface Written {
  /** Every sentence, and every kind of a task or a message where it is sent. */
  readonly sentences: Set<string>;
  /** Every string: a kind that is handed on by a name of its own is among them. */
  readonly strings: Set<string>;
}

export function writtenInSources(): Written {
  const found: Written = { sentences: new Set(), strings: new Set() };
  for (const file of sourceFiles()) {
    if (!/^(engine|electron|lessons)\/.*\.ts$/.test(file) || /[./]test(ing)?\.ts$/.test(file)) continue;
    visit(parseSync(file, textOf(file)).program, found);
  }
  return found;
}

function visit(part: unknown, found: Written): void {
  if (part === null || typeof part !== 'object') return;
  for (const inner of Object.values(part)) visit(inner, found);
  const node = part as Node;
  if (node.type === 'TaggedTemplateExpression' && node.tag?.name === 'say' && node.quasi !== undefined)
    found.sentences.add(patternOf(node.quasi.quasis.map(({ value }) => value.cooked)));
  if (node.type === 'CallExpression' && SENDERS.includes(node.callee?.property?.name))
    for (const kind of kindsIn(node)) found.sentences.add(patternOf(kindInWords(kind).parts));
  if (node.type === 'Literal' && typeof node.value === 'string')
    found.strings.add(patternOf(kindInWords(node.value).parts));
}

/** `turn.after(delay, { kind: 'probe' })` holds the kind `probe`; kinds of objects begin with a capital. */
function kindsIn({ arguments: values = [] }: Node): readonly string[] {
  return values
    .flatMap(({ properties = [] }) => properties)
    .flatMap(({ key, value }) =>
      key?.name === 'kind' && typeof value?.value === 'string' && /^[a-z]/.test(value.value) ? [value.value] : [],
    );
}
