import { refuse } from '../call.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin } from './plugin.ts';

const RESOURCE = 'priorityclasses.scheduling.k8s.io';
const SYSTEM_CLASSES = ['system-cluster-critical', 'system-node-critical'];

/** The other half of the Priority plugin: one default at most, and the system's own classes stay. */
export const priorityClass: AdmissionPlugin = {
  name: 'Priority',
  resources: [RESOURCE],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  admit({ call, operation, object }) {
    const { name } = object.metadata;
    if (operation === 'DELETE') {
      if (SYSTEM_CLASSES.includes(name)) {
        refuse(forbidden(call.kind, name, 'this is a system priority class and cannot be deleted'));
      }
      return object;
    }
    if (object.globalDefault !== true) return object;
    const classes = call.turn.store.at(RESOURCE).list();
    const present = classes.find((other) => other.globalDefault === true && other.metadata.name !== name);
    if (present === undefined) return object;
    const why = `PriorityClass ${present.metadata.name} is already marked as default. Only one default can exist`;
    return refuse(forbidden(call.kind, name, why));
  },
};
