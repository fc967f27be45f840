import type { KubeObject } from '../../object.ts';
import { defineKind } from './define.ts';

/** What is asked, and where it says how it is. Source: `pkg/registry/core/componentstatus`. */
const COMPONENTS = [
  { name: 'scheduler', component: 'kube-scheduler', url: 'https://127.0.0.1:10259/healthz', port: 10259 },
  {
    name: 'controller-manager',
    component: 'kube-controller-manager/replicaset-controller',
    url: 'https://127.0.0.1:10257/healthz',
    port: 10257,
  },
  { name: 'etcd-0', component: 'etcd', url: 'http://127.0.0.1:2379/health', port: 2379 },
];

/** How the parts of the control plane are: asked at every look, stored nowhere. */
export const componentStatus = defineKind({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  singular: 'componentstatus',
  shortNames: ['cs'],
  namespaced: false,
  verbs: ['get', 'list'],
  computed: (isRunning) =>
    COMPONENTS.map(({ name, component, url, port }): KubeObject => {
      const isWell = isRunning(component);
      const refused = `Get "${url}": dial tcp 127.0.0.1:${port}: connect: connection refused`;
      return {
        kind: 'ComponentStatus',
        apiVersion: 'v1',
        metadata: { name } as KubeObject['metadata'],
        conditions: [{ type: 'Healthy', status: isWell ? 'True' : 'False', message: isWell ? 'ok' : refused }],
      };
    }),
});
