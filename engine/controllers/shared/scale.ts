import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import { resourceOfKind } from './resources.ts';

/** The `scale` subresource of an object and where that is. */
export interface ScaleTarget {
  readonly path: string;
  readonly scale: KubeObject;
}

/** An object by its kind, as owner references and autoscalers name one. */
interface NamedObject {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

/** Reads the scale of an object of any kind (`scaleForResourceMappings` in `pkg/controller/podautoscaler/horizontal.go`). */
export function readScale(
  client: Client,
  namespace: string,
  { apiVersion = 'v1', kind, name }: NamedObject,
): ScaleTarget {
  const plural = resourceOfKind(apiVersion, kind)?.plural ?? discoveredPlural(client, apiVersion, kind);
  if (plural === undefined)
    throw new SyncError(`no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(groupOf(apiVersion))}`);
  const path = `${rootOf(apiVersion)}/namespaces/${namespace}/${plural}/${name}/scale`;
  return { path, scale: client.read(path) };
}

/**
 * The scale of the controller of a pod, where that is no built-in one. Nothing when it is gone or another of its name
 * (`getScaleController` in `pkg/controller/disruption/disruption.go`).
 */
export function scaleOfController(client: Client, namespace: string, owner: NamedObject): KubeObject | undefined {
  const { apiVersion = 'v1', kind } = owner;
  try {
    return readScale(client, namespace, owner).scale;
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    const plural = discoveredPlural(client, apiVersion, kind);
    const isScalable = resourcesOf(client, apiVersion).some((resource) => resource.name === `${plural}/scale`);
    if (isScalable) return undefined;
    throw new SyncError(`${plural}.${groupOf(apiVersion)} does not implement the scale subresource`);
  }
}

/** The plural of a kind that only discovery knows, such as a custom resource. */
function discoveredPlural(client: Client, apiVersion: string, kind: string): string | undefined {
  return resourcesOf(client, apiVersion).find((resource) => resource.kind === kind && !resource.name.includes('/'))
    ?.name;
}

function resourcesOf(client: Client, apiVersion: string): readonly { readonly kind: string; readonly name: string }[] {
  try {
    return client.read(rootOf(apiVersion)).resources ?? [];
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return [];
    throw error;
  }
}

function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Writes a new number of replicas. */
export function writeScale(client: Client, { path, scale }: ScaleTarget, replicas: number): void {
  client.replace(path, { ...scale, spec: { ...scale.spec, replicas } });
}
