import {
  type Check,
  type CheckedPod,
  containerNames,
  containersOf,
  distinct,
  plural,
  quoted,
  type Violation,
} from './check.ts';

const ANNOTATION_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
const ALLOWED = ['RuntimeDefault', 'Localhost'];

/** No pod takes its AppArmor profile off, neither by field nor by the older annotation. */
export const appArmorProfile: Check = {
  id: 'appArmorProfile',
  level: 'baseline',
  versions: [{ since: 0, check: forbiddenProfiles }],
};

function forbiddenProfiles(pod: CheckedPod): Violation | undefined {
  const podType = forbiddenType(pod.spec?.securityContext);
  const bad = containersOf(pod).filter(({ securityContext }) => forbiddenType(securityContext) !== undefined);
  const types = bad.map(({ securityContext }) => forbiddenType(securityContext) as string);
  const annotations = Object.entries(pod.metadata.annotations ?? {})
    .filter(([key, value]) => key.startsWith(ANNOTATION_PREFIX) && !isAllowedAnnotation(value))
    .map(([key, value]) => `${key}="${value}"`)
    .sort();
  const who = [
    ...(podType === undefined ? [] : ['pod']),
    ...(bad.length === 0 ? [] : [containerNames(bad.map(({ name }) => name))]),
    ...(annotations.length === 0 ? [] : [plural('annotation', 'annotations', annotations.length)]),
  ];
  if (who.length === 0) return undefined;
  const values = [...distinct([...(podType === undefined ? [] : [podType]), ...types]), ...annotations];
  return {
    reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${who.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  };
}

function forbiddenType(
  context: { readonly appArmorProfile?: { readonly type: string } } | undefined,
): string | undefined {
  const type = context?.appArmorProfile?.type;
  return type === undefined || ALLOWED.includes(type) ? undefined : type;
}

function isAllowedAnnotation(profile: string): boolean {
  return profile === '' || profile === 'runtime/default' || profile.startsWith('localhost/');
}
