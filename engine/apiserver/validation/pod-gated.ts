import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { typeSchema } from '../schema/schemas.ts';
import { type ErrorList, invalid } from './field.ts';
import { structForm } from './struct-form.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** A pod that is not scheduled yet may still be told more exactly where to go (`ValidatePodUpdate`). */
export function validateGatedSelection(now: Fields, before: Fields, errors: ErrorList): void {
  const selector: Readonly<Record<string, string>> = now.nodeSelector ?? {};
  const isNarrowed = Object.entries((before.nodeSelector ?? {}) as Readonly<Record<string, string>>).every(
    ([key, value]) => selector[key] === value,
  );
  const text = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  if (!isNarrowed) errors.push(invalid('spec.nodeSelector', now.nodeSelector ?? null, text));
  validateNodeAffinity(now.affinity?.nodeAffinity, before.affinity?.nodeAffinity, errors);
}

/** Where nothing is required anything may be; else every term keeps its place and may only ask for more. */
function validateNodeAffinity(now: Fields | undefined, before: Fields | undefined, errors: ErrorList): void {
  const old: readonly Fields[] = before?.[REQUIRED]?.nodeSelectorTerms ?? [];
  if (old.length === 0) return;
  const terms: readonly Fields[] | undefined = now?.[REQUIRED]?.nodeSelectorTerms;
  const path = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`;
  if (terms?.length !== old.length) {
    const text = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    errors.push(invalid(path, terms?.map(termForm) ?? null, text));
    return;
  }
  old.forEach((term, index) => {
    const next = terms[index] as Fields;
    const text = 'only additions are allowed (no mutations or deletions)';
    if (!isNarrowedTerm(next, term)) errors.push(invalid(`${path}[${index}]`, termForm(next), text));
  });
}

/** A term without requirements selects nothing; with some it would select more. */
function isNarrowedTerm(now: Fields, before: Fields): boolean {
  const lists = ['matchExpressions', 'matchFields'].map((name) => {
    const given: readonly Fields[] = now[name] ?? [];
    const old: readonly Fields[] = before[name] ?? [];
    return { given, old };
  });
  if (lists.every(({ old }) => old.length === 0)) return lists.every(({ given }) => given.length === 0);
  return lists.every(({ given, old }) => isEqual(given.slice(0, old.length), old));
}

function termForm(term: Fields): unknown {
  return structForm(typeSchema('io.k8s.api.core.v1.NodeSelectorTerm'), term);
}

/** The affinity of a gated pod with the part that may change taken from the pod as it was. */
export function withNodeAffinityOf(spec: Fields, base: Fields): Fields | undefined {
  const { affinity } = base;
  if (isEqual(spec.affinity?.nodeAffinity, affinity?.nodeAffinity)) return spec.affinity;
  const { nodeAffinity: _, ...others } = spec.affinity ?? {};
  if (affinity?.nodeAffinity !== undefined) return { ...others, nodeAffinity: affinity.nodeAffinity };
  return affinity === undefined && Object.keys(others).length === 0 ? undefined : others;
}
