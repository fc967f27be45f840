import { refuse } from '../call.ts';
import { forbidden, notFound } from '../errors.ts';
import { nameForErrors } from './names.ts';
import type { AdmissionPlugin } from './plugin.ts';

/** Namespaces that can't be deleted. */
const IMMORTAL = ['default', 'kube-system', 'kube-public'];

const NAMESPACES = { group: '', plural: 'namespaces', kind: 'Namespace' };

/**
 * Nothing is created in a namespace that doesn't exist or is being deleted, and the system's namespaces stay.
 * Source: `k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle`.
 */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  operations: ['CREATE', 'DELETE'],
  admit({ call, operation, object }) {
    const { kind, namespace, turn } = call;
    if (operation === 'DELETE') {
      if (kind.resource === 'namespaces' && IMMORTAL.includes(object.metadata.name)) {
        refuse(forbidden(NAMESPACES, object.metadata.name, 'this namespace may not be deleted'));
      }
      return object;
    }
    if (!kind.namespaced) return object;
    const home = turn.store.get('namespaces', '', namespace);
    if (home === undefined) refuse(notFound(NAMESPACES, namespace));
    if (home.status?.phase !== 'Terminating') return object;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const cause = {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    };
    return refuse(forbidden(kind, nameForErrors(object), why, [cause]));
  },
};
