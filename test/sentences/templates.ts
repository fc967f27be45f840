import { parseSync } from 'vite';
import { patternOf } from '../../engine/sentence.ts';
import { sourceFiles, textOf } from '../structure/sources.ts';

/** What an abstract syntax tree is made of, as far as it matters here. */
interface Node {
  readonly type?: string;
  readonly tag?: { readonly name?: string };
  readonly quasi?: { readonly quasis: readonly { readonly value: { readonly cooked: string } }[] };
}

/** The pattern of every sentence that stands in the sources of the app, with the files in which it stands. */
export function writtenPatterns(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of sourceFiles()) {
    if (!/^(engine|electron|lessons)\/.*\.ts$/.test(file) || /\.?test(ing)?\.ts$/.test(file)) continue;
    const text = textOf(file);
    if (!text.includes('say`')) continue;
    for (const pattern of patternsIn(parseSync(file, text).program)) found.set(pattern, file);
  }
  return found;
}

function patternsIn(part: unknown): readonly string[] {
  if (part === null || typeof part !== 'object') return [];
  const { type, tag, quasi } = part as Node;
  const inner = Object.values(part).flatMap(patternsIn);
  if (type !== 'TaggedTemplateExpression' || tag?.name !== 'say' || quasi === undefined) return inner;
  return [patternOf(quasi.quasis.map(({ value }) => value.cooked)), ...inner];
}
