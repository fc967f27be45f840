import type { KubeObject } from '../../object.ts';
import { refuse } from '../call.ts';
import { internalError } from '../errors.ts';
import type { CustomRules } from '../kinds/kind.ts';
import { valueAt, withValueAt } from './scale-path.ts';

type Paths = NonNullable<CustomRules['scale']>;

/** What a Scale says of a custom resource. */
export interface CustomScale {
  readonly replicas: number;
  readonly statusReplicas: number;
  readonly selector: string;
}

/** Replicas of a custom resource, read where its definition says. */
export function customScale(paths: Paths, object: KubeObject): CustomScale {
  const replicas = valueAt(object, paths.specReplicasPath);
  if (typeof replicas !== 'number')
    refuse(internalError(`the spec replicas field "${paths.specReplicasPath}" does not exist`));
  const status = valueAt(object, paths.statusReplicasPath);
  const selector = paths.labelSelectorPath === undefined ? '' : valueAt(object, paths.labelSelectorPath);
  return {
    replicas,
    statusReplicas: typeof status === 'number' ? status : 0,
    selector: typeof selector === 'string' ? selector : '',
  };
}

/** The custom resource with another number of replicas. */
export function withReplicas(paths: Paths, object: KubeObject, replicas: number): KubeObject {
  return withValueAt(object, paths.specReplicasPath, replicas);
}
