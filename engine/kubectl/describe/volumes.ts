import { Text } from './text.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

/** The volumes of a pod or template: a block each. Kinds of volumes are added to `VOLUME_LINES`. */
export function volumeLines(volumes: readonly Any[] | undefined, indent: string): string {
  const text = new Text();
  if (!volumes || volumes.length === 0) {
    text.line(0, `${indent}Volumes:${indent === '' ? '' : '\t<none>'}`);
    return text.toString();
  }
  text.line(0, `${indent}Volumes:`);
  const lead = indent === '' ? '  ' : '   ';
  for (const volume of volumes) {
    text.line(0, `${lead}${volume.name}:`);
    const kind = Object.keys(VOLUME_LINES).find((name) => volume[name] !== undefined);
    const lines = kind ? (VOLUME_LINES[kind]?.(volume[kind]) ?? []) : ['<unknown>'];
    for (const line of lines) text.line(2, line);
  }
  return text.toString();
}

const VOLUME_LINES: Readonly<Record<string, (source: Any) => string[]>> = {
  hostPath: (source) => [
    'Type:\tHostPath (bare host directory volume)',
    `Path:\t${source.path}`,
    `HostPathType:\t${source.type ?? ''}`,
  ],
  emptyDir: (source) => [
    "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)",
    `Medium:\t${source.medium ?? ''}`,
    `SizeLimit:\t${source.sizeLimit ?? '<unset>'}`,
  ],
  configMap: (source) => [
    'Type:\tConfigMap (a volume populated by a ConfigMap)',
    `Name:\t${source.name}`,
    `Optional:\t${source.optional ?? false}`,
  ],
  secret: (source) => [
    'Type:\tSecret (a volume populated by a Secret)',
    `SecretName:\t${source.secretName}`,
    `Optional:\t${source.optional ?? false}`,
  ],
  persistentVolumeClaim: (source) => [
    'Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    `ClaimName:\t${source.claimName}`,
    `ReadOnly:\t${source.readOnly ?? false}`,
  ],
  downwardAPI: (source) => [
    'Type:\tDownwardAPI (a volume populated by information about the pod)',
    'Items:',
    ...downwardItems(source.items),
  ],
  projected: (source) => [
    'Type:\tProjected (a volume that contains injected data from multiple sources)',
    ...source.sources.flatMap(projectedLines),
  ],
};

function downwardItems(items: readonly Any[] | undefined): string[] {
  return (items ?? []).map((item) =>
    item.fieldRef
      ? `  ${item.fieldRef.fieldPath} -> ${item.path}`
      : `  ${item.resourceFieldRef?.resource} -> ${item.path}`,
  );
}

function projectedLines(source: Any): string[] {
  if (source.secret) return [`SecretName:\t${source.secret.name}`, `Optional:\t${source.secret.optional ?? false}`];
  if (source.configMap)
    return [`ConfigMapName:\t${source.configMap.name}`, `Optional:\t${source.configMap.optional ?? false}`];
  if (source.downwardAPI) return ['DownwardAPI:\ttrue'];
  if (source.serviceAccountToken)
    return [`TokenExpirationSeconds:\t${source.serviceAccountToken.expirationSeconds ?? 3600}`];
  return [];
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
