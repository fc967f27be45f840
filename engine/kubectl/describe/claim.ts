import { annotationLines, labelLines, type Text } from './text.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** `RWO,RWX`, in kubectl's order. */
export function accessModes(modes: readonly string[] | undefined): string {
  return Object.keys(MODES)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => MODES[mode])
    .join(',');
}

/** The class of a volume or claim: the old annotation counts before the field. */
export function storageClass(object: Any): string {
  return (
    object.metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? object.spec?.storageClassName ?? ''
  );
}

/** A claim, or (without `status`) the template of one. `status` is the line of its state. */
export function persistentVolumeClaimLines(text: Text, claim: Any, status?: string): void {
  const { metadata = {}, spec = {} } = claim;
  const isWhole = status !== undefined;
  if (isWhole) {
    text.line(0, `Name:\t${metadata.name}`);
    text.line(0, `Namespace:\t${metadata.namespace}`);
  }
  text.line(0, `StorageClass:\t${storageClass(claim)}`);
  if (isWhole) text.line(0, `Status:\t${status}`);
  text.line(0, `Volume:\t${spec.volumeName ?? ''}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  if (isWhole) text.line(0, `Finalizers:\t[${(metadata.finalizers ?? []).join(' ')}]`);
  const isBound = Boolean(spec.volumeName);
  text.line(0, `Capacity:\t${isBound ? (claim.status?.capacity?.storage ?? '0') : ''}`);
  text.line(0, `Access Modes:\t${isBound ? accessModes(claim.status?.accessModes) : ''}`);
  if (spec.volumeMode) text.line(0, `VolumeMode:\t${spec.volumeMode}`);
  if (!spec.dataSource) return;
  text.line(0, 'DataSource:');
  if (spec.dataSource.apiGroup !== undefined) text.line(1, `APIGroup:\t${spec.dataSource.apiGroup}`);
  text.line(1, `Kind:\t${spec.dataSource.kind}`);
  text.line(1, `Name:\t${spec.dataSource.name}`);
}
