/** Fields in the order of the server's Go types (`TypeMeta`, `ObjectMeta` in `k8s.io/apimachinery`), others behind them. */
const FIRST_FIELDS = ['kind', 'apiVersion', 'metadata'];
const METADATA_FIELDS = [
  ...['name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers'],
];

/** An object as the server's encoder writes it. */
export function encoded(body: unknown): unknown {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return body;
  const { metadata, items } = body as { metadata?: object; items?: unknown };
  const ordered = metadata ? { ...body, metadata: inOrder(METADATA_FIELDS, metadata) } : body;
  return inOrder(FIRST_FIELDS, Array.isArray(items) ? { ...ordered, items: items.map(encoded) } : ordered);
}

function inOrder(first: readonly string[], object: object): object {
  const source = object as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const field of first) if (field in source) result[field] = source[field];
  for (const field of Object.keys(source)) if (!(field in result)) result[field] = source[field];
  return result;
}
