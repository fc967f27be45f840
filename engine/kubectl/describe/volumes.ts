import { persistentVolumeClaimLines } from './claim.ts';
import { selectorLine, Text } from './text.ts';
import { volumeSourceLines } from './volume-sources.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

/** The volumes of a pod or template: a block each. */
export function volumeLines(volumes: readonly Any[] | undefined, indent: string): string {
  const text = new Text();
  if (!volumes || volumes.length === 0) {
    text.line(0, `${indent}Volumes:\t<none>`);
    return text.toString();
  }
  text.line(0, `${indent}Volumes:`);
  const lead = indent === '' ? '  ' : '   ';
  for (const volume of volumes) {
    text.line(0, `${lead}${volume.name}:`);
    if (volume.ephemeral) ephemeralLines(text, volume.ephemeral);
    else for (const line of volumeSourceLines(volume) ?? ['<unknown>']) text.line(2, line);
  }
  return text.toString();
}

function ephemeralLines(text: Text, ephemeral: Any): void {
  text.line(
    2,
    'Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
  );
  if (!ephemeral.volumeClaimTemplate) return;
  const nested = new Text();
  persistentVolumeClaimLines(nested, ephemeral.volumeClaimTemplate);
  for (const line of String(nested).trimEnd().split('\n')) {
    // What is written piece by piece is indented piece by piece: recorded so.
    text.line(2, line.replace(/^(Labels:|Annotations:)?\t/, '$1\t    '));
  }
}

/** Tolerations, sorted by key: `node.kubernetes.io/not-ready:NoExecute op=Exists for 300s`. */
export function tolerationTexts(tolerations: readonly Any[] | undefined): string[] {
  return [...(tolerations ?? [])]
    .sort((one, other) => ((one.key ?? '') < (other.key ?? '') ? -1 : 1))
    .map(tolerationText);
}

function tolerationText(toleration: Any): string {
  const { key = '', value, effect, operator, tolerationSeconds } = toleration;
  let text = `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
  if (operator === 'Exists' && !value) text += key || effect ? ' op=Exists' : 'op=Exists';
  return tolerationSeconds === undefined ? text : `${text} for ${tolerationSeconds}s`;
}

/** How pods are to be spread, sorted by topology key. */
export function spreadLines(text: Text, constraints: readonly Any[] | undefined, indent: string): void {
  const sorted = [...(constraints ?? [])].sort((one, other) => (one.topologyKey < other.topologyKey ? -1 : 1));
  for (const [index, { topologyKey, whenUnsatisfiable, maxSkew, labelSelector }] of sorted.entries()) {
    const selector = labelSelector ? ` for selector ${selectorLine(labelSelector)}` : '';
    const line = `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`;
    text.line(0, `${indent}${index === 0 ? 'Topology Spread Constraints:' : ''}\t${line}`);
  }
}
