import { CAPABILITIES, type Credentials, DEFAULT_CAPABILITIES } from '../../process/credentials.ts';
import type { CatalogueImage } from '../../process/images/catalogue.ts';
import { imageLayer } from '../../process/images/layer.ts';
import type { ContainerSecurity } from './cri.ts';

/**
 * As whom a container runs. A user without a group gets that of the image's /etc/passwd, else root's; the primary group
 * is one of the supplementary groups. Source: `WithUserID`, `WithAdditionalGIDs` in containerd's `oci/spec_opts.go`.
 */
export function credentialsOf(image: CatalogueImage, security: ContainerSecurity): Credentials {
  const user = security.user ?? image.user;
  const group = security.group ?? primaryGroup(image, user);
  const groups = [...new Set([group, ...(security.supplementaryGroups ?? [])])].sort((left, right) => left - right);
  return { user, group, groups, capabilities: capabilitiesOf(security) };
}

function primaryGroup(image: CatalogueImage, user: number): number {
  const node = imageLayer(image.name).nodes.get('/etc/passwd');
  const lines = node?.type === 'file' ? node.text.split('\n') : [];
  const found = lines.map((line) => line.split(':')).find(([, , id]) => Number(id) === user);
  return Number(found?.[3] ?? 0);
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
