import {
  type Check,
  type CheckedPod,
  containersOf,
  distinct,
  plural,
  quoted,
  setters,
  type Violation,
} from './check.ts';

const TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

interface Options {
  readonly type?: string;
  readonly user?: string;
  readonly role?: string;
}

interface Context {
  readonly seLinuxOptions?: Options;
}

/** Only types for containers, and neither user nor role. */
export const seLinuxOptions: Check = {
  id: 'seLinuxOptions',
  level: 'baseline',
  versions: [
    { since: 0, check: (pod) => forbiddenOptions(pod, TYPES) },
    { since: 31, check: (pod) => forbiddenOptions(pod, [...TYPES, 'container_engine_t']) },
  ],
};

function forbiddenOptions(pod: CheckedPod, types: readonly string[]): Violation | undefined {
  const bad = (context: Context | undefined): Options | undefined => {
    const options = context?.seLinuxOptions;
    return options !== undefined && (!types.includes(options.type ?? '') || options.user || options.role)
      ? options
      : undefined;
  };
  const ofPod = bad(pod.spec?.securityContext);
  const containers = containersOf(pod).filter(({ securityContext }) => bad(securityContext) !== undefined);
  const options = [ofPod, ...containers.map(({ securityContext }) => bad(securityContext))].filter(
    (each) => each !== undefined,
  );
  if (options.length === 0) return undefined;
  const badTypes = distinct(options.map(({ type = '' }) => type).filter((type) => !types.includes(type)));
  const data = [
    ...(badTypes.length === 0 ? [] : [`${plural('type', 'types', badTypes.length)} ${quoted(badTypes)}`]),
    ...(options.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(options.some(({ role }) => role) ? ['role may not be set'] : []),
  ];
  const names = containers.map(({ name }) => name);
  const who = setters(ofPod !== undefined, names);
  return {
    reason: 'seLinuxOptions',
    detail: `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`,
  };
}
