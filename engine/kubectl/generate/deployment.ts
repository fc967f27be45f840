import type { KubeObject } from '../../object.ts';
import { containerName } from './pod.ts';

export interface DeploymentOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly images: readonly string[];
  readonly replicas: number;
  readonly port?: number;
  readonly command?: readonly string[];
}

/** The Deployment of `kubectl create deployment`, fields in Go's order. */
export function deployment(options: DeploymentOptions): KubeObject {
  const labels = { app: options.name };
  const containers = options.images.map((image, index) => ({
    name: containerName(image),
    image,
    ...(options.command?.length ? { command: options.command } : {}),
    ...(options.port && index === 0 ? { ports: [{ containerPort: options.port }] } : {}),
    resources: {},
  }));
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name: options.name, ...(options.namespace ? { namespace: options.namespace } : {}), labels },
    spec: {
      replicas: options.replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      strategy: {},
    },
    status: {},
  } as unknown as KubeObject;
}
