import type { KubeObject } from '../object.ts';
import { refuse } from './call.ts';
import { notAcceptable, notConvertible } from './errors.ts';
import type { Kind } from './kinds/kind.ts';
import { tableOf } from './tables/table.ts';

/** How the client wants objects (its Accept header). */
export interface Representation {
  readonly as: 'Object' | 'Table' | 'PartialObjectMetadata';
  /** Version of `meta.k8s.io` for the two other shapes. */
  readonly version: string;
  readonly mediaType: 'application/json' | 'application/yaml';
  /** What a table's rows carry: `includeObject` of the request. */
  readonly includeObject: string;
}

/** Plain JSON: what every internal client gets. */
export const PLAIN: Representation = {
  as: 'Object',
  version: '',
  mediaType: 'application/json',
  includeObject: 'Metadata',
};

const AVAILABLE = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The first alternative of an Accept header that can be served; refuses with 406 when there is none. */
export function representationOf(
  accept: string | undefined,
  includeObject = 'Metadata',
  shapes: readonly Representation['as'][] = ['Object', 'Table', 'PartialObjectMetadata'],
): Representation {
  if (accept === undefined || accept === '') return PLAIN;
  for (const range of accept.split(',')) {
    const found = alternative(range, includeObject);
    if (found !== undefined && shapes.includes(found.as)) return found;
  }
  const isKnown = accept.split(',').some((range) => isServed(range.split(';')[0]?.trim() ?? ''));
  return refuse(isKnown ? notConvertible(AVAILABLE) : notAcceptable(AVAILABLE));
}

/** A form in which there are answers, though perhaps not of the shape that is asked for. */
function isServed(type: string): boolean {
  return type === '*/*' || type === 'application/*' || type === 'application/json' || type === 'application/yaml';
}

function alternative(range: string, includeObject: string): Representation | undefined {
  const [type = '', ...pairs] = range.split(';').map((part) => part.trim());
  if (!isServed(type)) return undefined;
  const mediaType = type === 'application/yaml' ? type : 'application/json';
  const options = Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]));
  if (options.as === undefined) return { as: 'Object', version: '', mediaType, includeObject };
  if (options.g !== 'meta.k8s.io' || (options.v !== 'v1' && options.v !== 'v1beta1')) return undefined;
  if (options.as === 'Table') return { as: 'Table', version: options.v, mediaType, includeObject };
  if (options.as === 'PartialObjectMetadata' || options.as === 'PartialObjectMetadataList') {
    return { as: 'PartialObjectMetadata', version: options.v, mediaType, includeObject };
  }
  return undefined;
}

/** One object as the client wants it. `withoutColumns` for the later events of a watched table. */
export function presentObject(
  object: KubeObject,
  kind: Kind,
  wanted: Representation,
  now: number,
  withoutColumns = false,
): object {
  if (wanted.as === 'Table') {
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    return tableOf(kind, [object], metadata, {
      now,
      version: wanted.version,
      includeObject: wanted.includeObject,
      withoutColumns,
    });
  }
  return wanted.as === 'PartialObjectMetadata' ? partialMetadata(object, wanted.version) : object;
}

/** A list as the client wants it. */
export function presentList(
  items: readonly KubeObject[],
  metadata: object,
  kind: Kind,
  wanted: Representation,
  now: number,
): object {
  if (wanted.as === 'Table') {
    return tableOf(kind, items, metadata, {
      now,
      version: wanted.version,
      includeObject: wanted.includeObject,
      withoutColumns: false,
    });
  }
  if (wanted.as === 'PartialObjectMetadata') {
    const apiVersion = `meta.k8s.io/${wanted.version}`;
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion,
      metadata,
      items: items.map((item) => partialMetadata(item, wanted.version)),
    };
  }
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  return { kind: kind.custom?.listKind ?? `${kind.kind}List`, apiVersion, metadata, items };
}

/** The object without what makes it a kind of its own. */
export function partialMetadata(object: KubeObject, version: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}
