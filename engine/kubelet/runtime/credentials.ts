import { CAPABILITIES, type Credentials, DEFAULT_CAPABILITIES } from '../../process/credentials.ts';
import type { CatalogueImage } from '../../process/images/catalogue.ts';
import { imageLayer } from '../../process/images/layer.ts';
import { remembered } from '../../remembered.ts';
import type { ContainerSecurity } from './cri.ts';

/**
 * As whom a container runs. A user without a group gets that of the image's /etc/passwd, else root's; the primary group
 * is one of the supplementary groups. Source: `WithUserID`, `WithAdditionalGIDs` in containerd's `oci/spec_opts.go`.
 */
export function credentialsOf(image: CatalogueImage, security: ContainerSecurity): Credentials {
  const user = security.user ?? image.user;
  const group = security.group ?? primaryGroup(image, user);
  const { supplementaryGroups: more = [] } = security;
  const groups = more.length === 0 ? [group] : [...new Set([group, ...more])].sort((left, right) => left - right);
  return { user, group, groups, capabilities: capabilitiesOf(security) };
}

/** Group of each user by the text of /etc/passwd, of which the first line that names a user counts. */
const groupsByUser = remembered((passwd): ReadonlyMap<number, number> => {
  const groups = new Map<number, number>();
  for (const line of passwd.split('\n')) {
    const [, , user, group] = line.split(':');
    if (!groups.has(Number(user))) groups.set(Number(user), Number(group ?? 0));
  }
  return groups;
});

function primaryGroup(image: CatalogueImage, user: number): number {
  const node = imageLayer(image.name).nodes.get('/etc/passwd');
  return node?.type === 'file' ? (groupsByUser(node.text).get(user) ?? 0) : 0;
}

/** Adding comes before dropping, `ALL` before either (`WithCapabilities` in containerd's `internal/cri/opts`). */
function capabilitiesOf(security: ContainerSecurity): readonly string[] {
  const { addedCapabilities: added = [], droppedCapabilities: dropped = [], isPrivileged = false } = security;
  if (isPrivileged) return CAPABILITIES;
  if (added.length === 0 && dropped.length === 0) return DEFAULT_CAPABILITIES;
  const plain = (name: string): string => name.toUpperCase().replace(/^CAP_/, '');
  let result = added.some((name) => plain(name) === 'ALL') ? [...CAPABILITIES] : [...DEFAULT_CAPABILITIES];
  if (dropped.some((name) => plain(name) === 'ALL')) result = [];
  for (const name of added) if (plain(name) !== 'ALL' && !result.includes(plain(name))) result.push(plain(name));
  const gone = dropped.map(plain);
  return result.filter((name) => !gone.includes(name));
}
