import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import { resourceOfKind } from '../shared/resources.ts';

/** What an autoscaler scales: its `scale` subresource and where that is. */
export interface ScaleTarget {
  readonly path: string;
  readonly scale: KubeObject;
}

/** Reads the scale of `spec.scaleTargetRef` (`scaleForResourceMappings` in `pkg/controller/podautoscaler/horizontal.go`). */
export function readScale(client: Client, autoscaler: KubeObject): ScaleTarget {
  const { apiVersion = 'v1', kind, name } = autoscaler.spec.scaleTargetRef;
  const slash = apiVersion.indexOf('/');
  const group: string = slash < 0 ? '' : apiVersion.slice(0, slash);
  const root = group === '' ? '/api/v1' : `/apis/${apiVersion}`;
  const plural = resourceOfKind(apiVersion, kind)?.plural ?? discoveredPlural(client, root, kind);
  if (plural === undefined)
    throw new SyncError(`no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`);
  const path = `${root}/namespaces/${autoscaler.metadata.namespace}/${plural}/${name}/scale`;
  return { path, scale: client.read(path) };
}

/** The plural of a kind that only discovery knows, such as a custom resource. */
function discoveredPlural(client: Client, root: string, kind: string): string | undefined {
  try {
    const { resources = [] } = client.read(root);
    return resources.find(
      (resource: { kind: string; name: string }) => resource.kind === kind && !resource.name.includes('/'),
    )?.name;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

/** Writes a new number of replicas. */
export function writeScale(client: Client, { path, scale }: ScaleTarget, replicas: number): void {
  client.replace(path, { ...scale, spec: { ...scale.spec, replicas } });
}
