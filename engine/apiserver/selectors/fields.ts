import type { KubeObject } from '../../object.ts';
import type { Kind } from '../kinds/kind.ts';
import type { SelectorError } from './labels.ts';

/** One term of a field selector: `status.phase!=Running`. */
export interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly isNegated: boolean;
}

export type FieldSelector = readonly FieldTerm[];

/** What field selectors need to know of a kind. */
export type SelectableKind = Pick<Kind, 'namespaced' | 'selectableFields'>;

/** Parses `status.phase!=Running,spec.nodeName=node-1` for a kind. */
export function parseFieldSelector(text: string, kind: SelectableKind): FieldSelector | SelectorError {
  const terms: FieldTerm[] = [];
  for (const part of splitTerms(text)) {
    const match = /^((?:[^=!\\]|\\.|!(?!=))*)(!=|==|=)([\s\S]*)$/.exec(part);
    if (match === null) return { error: `invalid selector: '${text}'; can't understand '${part}'` };
    const field = unescapeValue(match[1] as string);
    if (!isSelectable(field, kind)) return { error: unsupportedField(field, kind) };
    terms.push({ field, value: unescapeValue(match[3] as string), isNegated: match[2] === '!=' });
  }
  return terms;
}

function splitTerms(text: string): string[] {
  return text.match(/(?:[^,\\]|\\[\s\S])+/g) ?? [];
}

/** `\\,`, `\\=` and `\\\\` stand for themselves. */
function unescapeValue(text: string): string {
  return text.replace(/\\([\\,=])/g, '$1');
}

function isSelectable(field: string, kind: SelectableKind): boolean {
  return (
    field === 'metadata.name' ||
    (field === 'metadata.namespace' && kind.namespaced) ||
    kind.selectableFields[field] !== undefined
  );
}

/** Kinds with fields of their own say it shortly, all others by the common conversion function. */
function unsupportedField(field: string, kind: SelectableKind): string {
  if (Object.keys(kind.selectableFields).length > 0) return `field label not supported: ${field}`;
  return `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function fieldValue(field: string, object: KubeObject, kind: SelectableKind): string {
  if (field === 'metadata.name') return object.metadata.name;
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return kind.selectableFields[field]?.(object) ?? '';
}

export function matchesFields(selector: FieldSelector, object: KubeObject, kind: SelectableKind): boolean {
  for (const term of selector) {
    if ((fieldValue(term.field, object, kind) === term.value) === term.isNegated) return false;
  }
  return true;
}

/** The name that a selector pins down (`metadata.name=web`), so that one object is read instead of all. */
export function pinnedName(selector: FieldSelector): string | undefined {
  return selector.find((term) => term.field === 'metadata.name' && !term.isNegated)?.value;
}
