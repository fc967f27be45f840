import {
  type Check,
  type CheckedPod,
  containerNames,
  containersOf,
  distinct,
  isWindows,
  plural,
  quoted,
  setters,
  type Violation,
} from './check.ts';

const REASON = 'seccompProfile';
const ALLOWED = ['Localhost', 'RuntimeDefault'];
const POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_ANNOTATION = 'container.seccomp.security.alpha.kubernetes.io/';

interface Context {
  readonly seccompProfile?: { readonly type: string };
}

/** No pod takes its seccomp profile off. */
export const seccompBaseline: Check = {
  id: 'seccompProfile_baseline',
  level: 'baseline',
  versions: [
    { since: 0, check: forbiddenAnnotations },
    { since: 19, check: forbiddenProfiles },
  ],
};

/** Every container has a seccomp profile. */
export const seccompRestricted: Check = {
  id: 'seccompProfile_restricted',
  level: 'restricted',
  versions: [
    { since: 19, check: missingProfiles, overrides: ['seccompProfile_baseline'] },
    {
      since: 25,
      check: (pod) => (isWindows(pod) ? undefined : missingProfiles(pod)),
      overrides: ['seccompProfile_baseline'],
    },
  ],
};

function forbiddenAnnotations(pod: CheckedPod): Violation | undefined {
  const annotations = pod.metadata.annotations ?? {};
  const keys = [POD_ANNOTATION, ...containersOf(pod).map(({ name }) => CONTAINER_ANNOTATION + name)];
  const forbidden = distinct(
    keys
      .filter((key) => annotations[key] !== undefined && !isAllowedAnnotation(annotations[key]))
      .map((key) => `${key}="${annotations[key]}"`),
  );
  if (forbidden.length === 0) return undefined;
  const what = plural('annotation', 'annotations', forbidden.length);
  return { reason: REASON, detail: `forbidden ${what} ${forbidden.join(', ')}` };
}

function isAllowedAnnotation(profile: string): boolean {
  return profile === 'runtime/default' || profile === 'docker/default' || profile.startsWith('localhost/');
}

function forbiddenType(context: Context | undefined): string | undefined {
  const type = context?.seccompProfile?.type;
  return type === undefined || ALLOWED.includes(type) ? undefined : type;
}

function forbiddenProfiles(pod: CheckedPod): Violation | undefined {
  const ofPod = forbiddenType(pod.spec?.securityContext);
  const bad = containersOf(pod).filter(({ securityContext }) => forbiddenType(securityContext) !== undefined);
  if (ofPod === undefined && bad.length === 0) return undefined;
  const types = [ofPod, ...bad.map(({ securityContext }) => forbiddenType(securityContext))];
  const values = quoted(distinct(types.filter((type) => type !== undefined)));
  const names = bad.map(({ name }) => name);
  const who = setters(ofPod !== undefined, names);
  return { reason: REASON, detail: `${who} must not set securityContext.seccompProfile.type to ${values}` };
}

function missingProfiles(pod: CheckedPod): Violation | undefined {
  const forbidden = forbiddenProfiles(pod);
  if (forbidden !== undefined) return forbidden;
  if (pod.spec?.securityContext?.seccompProfile !== undefined) return undefined;
  const bare = containersOf(pod).filter(({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (bare.length === 0) return undefined;
  const names = containerNames(bare.map(({ name }) => name));
  return {
    reason: REASON,
    detail: `pod or ${names} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
}
