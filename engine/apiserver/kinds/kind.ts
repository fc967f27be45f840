import type { KubeObject } from '../../object.ts';
import type { ObjectReader } from '../../sim/object-reader.ts';
import type { Turn } from '../../sim/turn.ts';
import type { ObjectSchema } from '../schema/schema.ts';
import type { Printer } from '../tables/printer.ts';
import type { ErrorList } from '../validation/field.ts';

/** What the rules of a kind may know besides the object: time, chance and the other objects, as they stand now. */
export interface WriteContext {
  /** Virtual time, milliseconds since the epoch. */
  readonly now: number;
  /** [0, 1). */
  random(): number;
  /** The live objects of a resource: `services`, `deployments.apps`. */
  reader(resource: string): ObjectReader;
  /** Nothing will be written (`dryRun=All`). */
  readonly isDryRun?: boolean;
  /** Who writes; some kinds record it (CertificateSigningRequest). */
  readonly user?: {
    readonly name: string;
    readonly uid?: string;
    readonly groups: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
}

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** A path below an object: `status`, `scale`, `binding`, `log`, `exec` … as discovery lists it. */
export interface Subresource {
  readonly name: string;
  /** Kind of the body where it is not the parent's: `{ group: 'autoscaling', version: 'v1', kind: 'Scale' }`. */
  readonly body?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly verbs: readonly string[];
}

/** An object to be made, or without `object` to be removed. */
export interface Companion {
  readonly resource: string;
  readonly name: string;
  readonly object: KubeObject | undefined;
}

/** A subresource through which one part of the object is written, as `status` is: `approval`, `resize` … */
export interface PartRules {
  /** The previous object with the part that may change taken from the one given. */
  readonly merged: (given: KubeObject, previous: KubeObject) => KubeObject;
  readonly prepare?: (next: KubeObject, previous: KubeObject, context: WriteContext) => KubeObject;
  readonly validate: (next: KubeObject, previous: KubeObject) => ErrorList;
}

/** The rules of a kind that its schema can't express. All of them are pure and return the same reference when they change nothing. */
export interface KindRules {
  /** Values for absent fields that depend on other fields (`pkg/apis/<group>/<version>/defaults.go`). Runs after the schema's own defaults; `given` is the body before it was decoded, which tells an empty list from none. */
  readonly setDefaults?: (object: KubeObject, given?: object) => KubeObject;
  /** Before a create is validated: status reset, allocations. Defaults are set, admission has run. */
  readonly prepareForCreate?: (object: KubeObject, context: WriteContext) => KubeObject;
  /** Before an update is validated; for kinds with a status subresource the status is already the previous one. */
  readonly prepareForUpdate?: (next: KubeObject, previous: KubeObject, context: WriteContext) => KubeObject;
  /** Before a write to `status` is validated; everything but the status is already the previous one's. */
  readonly prepareStatusUpdate?: (next: KubeObject, previous: KubeObject, context: WriteContext) => KubeObject;
  /** The first deletion changes the object to this and waits for whoever finishes it (CustomResourceDefinition). */
  readonly prepareForDeletion?: (object: KubeObject, now: number) => KubeObject;
  /** What a valid object is given from the cluster's stock (cluster IPs, node ports), or why it can't have it. Runs last, before the write. */
  readonly allocate?: (
    object: KubeObject,
    previous: KubeObject | undefined,
    context: WriteContext,
  ) => KubeObject | ErrorList;
  /** Cluster-scoped objects that come and go with this one; `next` is undefined when it goes. */
  readonly companions?: (
    next: KubeObject | undefined,
    previous: KubeObject | undefined,
    context: WriteContext,
  ) => readonly Companion[];
  /** Some rules are milder to what an update keeps. */
  readonly validate?: (object: KubeObject, previous?: KubeObject) => ErrorList;
  /** What an update may not change; `validate` has had its say. */
  readonly validateUpdate?: (next: KubeObject, previous: KubeObject) => ErrorList;
  /** Kubernetes checks an updated object once more as if it were new, metadata included. */
  readonly validatesUpdateAsNew?: boolean;
  readonly validateStatusUpdate?: (next: KubeObject, previous: KubeObject) => ErrorList;
  /** Subresources of which each is one part of the object, besides `status`. */
  readonly parts?: Readonly<Record<string, PartRules>>;
  /** `Warning` headers of a valid create or update. */
  readonly warnings?: (object: KubeObject, previous?: KubeObject) => readonly string[];
  /** Which names are allowed; a DNS subdomain when absent. Returns what is wrong. */
  readonly validateName?: (name: string, isPrefix: boolean) => readonly string[];
  /** Whether an update raises `metadata.generation`; a changed `spec` when absent. Only asked of kinds with `hasGeneration`. */
  readonly raisesGeneration?: (next: KubeObject, previous: KubeObject) => boolean;
}

/** How long a deleted object lives on: pods wait for their kubelet. `undefined` means it goes at once (unless finalizers hold it). */
export type GracefulDeletion = (object: KubeObject, requestedSeconds: number | undefined) => number | undefined;

/** What a CustomResourceDefinition says of its kind, where built-in kinds have generated schemas and files of their own. */
export interface CustomRules {
  readonly listKind: string;
  readonly schema: ObjectSchema;
  readonly decode: (value: object) => {
    readonly object: KubeObject;
    readonly error?: string;
    readonly unknown: readonly string[];
  };
  readonly printer: Printer;
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath?: string;
  };
  /** The warning that every use of a deprecated version brings. */
  readonly deprecation?: string;
  /** Only a webhook could show objects in another version than theirs; such webhooks are not called. */
  readonly isConvertedByWebhook: boolean;
  /** So this version, which is not the stored one, shows nothing. */
  readonly isUnconvertible: boolean;
  /** The definition is being deleted: nothing is created any more. */
  readonly isTerminating: boolean;
}

/** One served kind: what discovery says of it, and its rules. */
export interface Kind extends KindRules {
  /** `''` for core. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly Subresource[];
  /** Name in the store and in `turn.cache`: `pods`, `deployments.apps`. Two views of one storage (events) share it. */
  readonly resource: string;
  /** `metadata.generation` starts at 1 and rises with every change of what is desired. */
  readonly hasGeneration: boolean;
  /** Fields of field selectors besides `metadata.name` and `metadata.namespace`, with their values. */
  readonly selectableFields: Readonly<Record<string, (object: KubeObject) => string>>;
  /** Set when stored objects have another shape than this view: both directions of the conversion. */
  readonly view?: {
    readonly fromStored: (stored: KubeObject) => KubeObject;
    readonly toStored: (object: KubeObject) => KubeObject;
  };
  readonly gracefulDeletion?: GracefulDeletion;
  /** All objects, of a kind that is not stored; `isRunning` asks for a component of the control plane. */
  readonly computed?: (isRunning: (component: string) => boolean, turn: Turn) => readonly KubeObject[];
  /** The version in which etcd keeps the objects, where it is another than the one they are stored in here: discovery's hash tells. */
  readonly storageVersion?: string;
  readonly custom?: CustomRules;
  /** A PUT may create (`AllowCreateOnUpdate`): Lease, Event, Endpoints … */
  readonly allowsCreateOnUpdate: boolean;
  /** A PUT without resourceVersion is taken (`AllowUnconditionalUpdate`). */
  readonly allowsUnconditionalUpdate: boolean;
}

/** `apps/v1`, `v1`. */
export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** `deployments.apps`, `pods`: how error messages and the store name a resource. */
export function groupResource(kind: { readonly group: string; readonly plural: string }): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** `Deployment.apps`, `Pod`: how "is invalid" messages name a kind. */
export function groupKind(kind: { readonly group: string; readonly kind: string }): string {
  return kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
}
