import type { KubeObject } from '../../object.ts';
import type { Kind } from '../kinds/kind.ts';
import { leases, namespaces, nodes } from './cluster.ts';
import { configMaps, secrets, serviceAccounts } from './configuration.ts';
import { events } from './events.ts';
import { endpoints, endpointSlices, services } from './network.ts';
import { pods } from './pods.ts';
import { column, NAME, type Printer } from './printer.ts';
import { deployments, replicaSets } from './workloads.ts';

/** Printers by resource. A kind without one gets its name and its creation. */
const PRINTERS: Readonly<Record<string, Printer>> = {
  configmaps: configMaps,
  'deployments.apps': deployments,
  endpoints,
  'endpointslices.discovery.k8s.io': endpointSlices,
  events,
  'events.events.k8s.io': events,
  'leases.coordination.k8s.io': leases,
  namespaces,
  nodes,
  pods,
  'replicasets.apps': replicaSets,
  secrets,
  serviceaccounts: serviceAccounts,
  services,
};

/** As `rest.NewDefaultTableConvertor` prints kinds that have no printer of their own. */
const PLAIN: Printer = {
  columns: [NAME, { ...column('Created At', 'When the object was created.', 'date') }],
  cells: (object) => [object.metadata.name, object.metadata.creationTimestamp],
};

export interface TableOptions {
  readonly now: number;
  /** Version of `meta.k8s.io`. */
  readonly version: string;
  /** `None`, `Metadata` or `Object`. */
  readonly includeObject: string;
  readonly withoutColumns: boolean;
}

/** A `meta.k8s.io` Table of objects of one kind. */
export function tableOf(kind: Kind, objects: readonly KubeObject[], metadata: object, options: TableOptions): object {
  const name = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
  const printer = PRINTERS[name] ?? PLAIN;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata,
    columnDefinitions: options.withoutColumns ? null : printer.columns,
    rows: objects.map((object) => tableRow(printer, object, options)),
  };
}

function tableRow(printer: Printer, object: KubeObject, options: TableOptions): object {
  const conditions = printer.conditions?.(object) ?? [];
  const { includeObject } = options;
  return {
    cells: printer.cells(object, options.now),
    ...(conditions.length > 0 ? { conditions } : {}),
    object:
      includeObject === 'None'
        ? null
        : includeObject === 'Object'
          ? object
          : { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${options.version}`, metadata: object.metadata },
  };
}
