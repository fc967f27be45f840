import { isScalar } from 'yaml';
import { sourceOf } from '../jq/evaluate.ts';
import type { Value } from '../jq/value.ts';
import { nodeAt } from './documents.ts';
import type { Match } from './evaluate.ts';
import { propertiesOf, separated } from './formats.ts';
import { nodeOf, yamlText } from './nodes.ts';
import type { YqOptions } from './options.ts';

type Style = YqOptions & { readonly outputFormat: string };

/** All results as text; in YAML, those of different documents are told apart by `---`. */
export function printed(results: readonly Match[], style: Style): string {
  if (style.outputFormat !== 'yaml') return results.map(({ found }) => otherText(found.value, style)).join('');
  const [first] = results;
  const isMarked =
    first?.document.tree?.directives?.docStart === true && isWhole(first) && first.document.documentIndex === 0;
  return results
    .map((result, at) => {
      const before = results[at - 1]?.document;
      const isNext = before !== undefined && before !== result.document;
      const separator = style.hasSeparators && (isNext || (at === 0 && isMarked)) ? '---\n' : '';
      return separator + yaml(result, style);
    })
    .join('');
}

function isWhole({ found }: Match): boolean {
  return sourceOf(found)?.length === 0;
}

function yaml(result: Match, { indent, isPretty, isRaw }: Style): string {
  const { found, document } = result;
  const path = sourceOf(found);
  const before = path === undefined ? undefined : nodeAt(document, path);
  if ((found.value === null || typeof found.value !== 'object') && isRaw !== false) {
    const isAsWritten = isScalar(before) && (before.value ?? null) === found.value && typeof found.value !== 'string';
    const written = isAsWritten ? before.source : undefined;
    return `${typeof found.value === 'string' ? found.value : (written ?? JSON.stringify(found.value ?? null))}\n`;
  }
  const head = isWhole(result) ? document.tree?.commentBefore : undefined;
  return yamlText(nodeOf(found.value, document, before), { indent, isPretty }, head);
}

function otherText(value: Value, { outputFormat, indent, isRaw }: Style): string {
  if (outputFormat === 'props') return propertiesOf(value);
  if (outputFormat === 'csv' || outputFormat === 'tsv') return separated(outputFormat, value);
  if (typeof value === 'string' && isRaw === true) return `${value}\n`;
  return `${JSON.stringify(value ?? null, undefined, indent)}\n`;
}
