import { controller } from '../../client/controller.ts';
import { expressionWarnings } from './type-check.ts';

const POLICIES = 'validatingadmissionpolicies.admissionregistration.k8s.io';

/** Checks policies against the types that they are about, and says in their status what does not fit. */
export const validatingAdmissionPolicyStatusController = controller({
  name: 'validatingadmissionpolicy-status-controller',
  watches: [{ resource: POLICIES }],
  keysOf: (_turn, _resource, { type, object }) => (type === 'DELETED' ? [] : [object.metadata.name]),
  sync(turn, client, key) {
    const policy = turn.cache(POLICIES).get('', key);
    const generation = policy?.metadata.generation;
    if (policy === undefined || policy.status?.observedGeneration === generation) return;
    const warnings = expressionWarnings(policy);
    const typeChecking = warnings.length === 0 ? {} : { expressionWarnings: warnings };
    client.updateStatus(POLICIES, {
      ...policy,
      status: { ...policy.status, observedGeneration: generation, typeChecking },
    });
  },
});
