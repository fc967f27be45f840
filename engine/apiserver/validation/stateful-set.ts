import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { validateWorkloadSelector } from './deployment.ts';
import { type ErrorList, invalid, notSupported, required } from './field.ts';
import { validateNotNegative } from './numbers.ts';
import { validateReplicaTemplate } from './pod-template.ts';

const MANAGEMENT = ['OrderedReady', 'Parallel'];
const RETENTION = ['Retain', 'Delete'];

/** Source: `ValidateStatefulSetSpec` in `pkg/apis/apps/validation`. */
export function validateStatefulSet({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const policy = spec.podManagementPolicy;
  if (!MANAGEMENT.includes(policy)) {
    errors.push(invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  }
  validateStrategy(spec.updateStrategy, 'spec.updateStrategy', errors);
  for (const field of ['whenDeleted', 'whenScaled']) {
    const retention = spec.persistentVolumeClaimRetentionPolicy?.[field];
    if (retention !== undefined && !RETENTION.includes(retention)) {
      errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${field}`, retention, RETENTION));
    }
  }
  validateNotNegative(spec.replicas, 'spec.replicas', errors);
  validateNotNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  validateNotNegative(spec.ordinals?.start, 'spec.ordinals.start', errors);
  const isSelectorGood = validateWorkloadSelector(spec.selector, 'statefulset', errors);
  if (isSelectorGood) validateReplicaTemplate(withClaims(spec), spec.selector ?? undefined, 'spec.template', errors);
  return errors;
}

/** The template with the volumes that its pods get from claims: containers may mount them. */
function withClaims({ template, volumeClaimTemplates = [] }: Fields): Fields {
  const volumes: readonly Fields[] = template.spec?.volumes ?? [];
  const names: readonly string[] = volumeClaimTemplates.map(({ metadata }: Fields) => metadata?.name ?? '');
  const missing = names.filter((name) => name !== '' && !volumes.some((volume) => volume.name === name));
  if (missing.length === 0) return template;
  const claimed = missing.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...template, spec: { ...template.spec, volumes: [...volumes, ...claimed] } };
}

function validateStrategy(strategy: Fields, path: string, errors: ErrorList): void {
  const { type, rollingUpdate } = strategy;
  if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return;
    const value = { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: null };
    errors.push(invalid(`${path}.rollingUpdate`, value, "only allowed for updateStrategy 'RollingUpdate'"));
  } else if (type === 'RollingUpdate') {
    validateNotNegative(rollingUpdate?.partition, `${path}.rollingUpdate.partition`, errors);
  } else if (type === '') {
    errors.push(required(path));
  } else {
    errors.push(invalid(path, { Type: type, RollingUpdate: null }, "must be 'RollingUpdate' or 'OnDelete'"));
  }
}
