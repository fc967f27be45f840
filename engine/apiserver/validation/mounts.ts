import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, notFound, notSupported, required } from './field.ts';
import { descendingPath } from './paths.ts';

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIONS = ['Disabled', 'Enabled', 'IfPossible'];

/** Mounts and block devices of one container. */
export function validateMounts(container: Fields, volumes: readonly Fields[], path: string, errors: ErrorList): void {
  const mounts: readonly Fields[] = container.volumeMounts ?? [];
  const devices: readonly Fields[] = container.volumeDevices ?? [];
  const paths = new Set<string>();
  mounts.forEach((mount, index) => {
    validateMount(mount, volumes, devices, paths, `${path}.volumeMounts[${index}]`, errors);
    validateMountOptions(mount, container, `${path}.volumeMounts`, `${path}.volumeMounts[${index}]`, errors);
    validateRecursion(mount, `${path}.volumeMounts[${index}].recursiveReadOnly`, errors);
    paths.add(mount.mountPath);
  });
  devices.forEach((device, index) => {
    validateDevice(device, volumes, mounts, `${path}.volumeDevices[${index}]`, errors);
  });
}

function validateMount(
  mount: Fields,
  volumes: readonly Fields[],
  devices: readonly Fields[],
  paths: ReadonlySet<string>,
  path: string,
  errors: ErrorList,
): void {
  const { name, mountPath } = mount;
  if (!name) errors.push(required(`${path}.name`));
  if (!volumes.some((volume) => volume.name === name)) errors.push(notFound(`${path}.name`, name));
  if (!mountPath) errors.push(required(`${path}.mountPath`));
  if (paths.has(mountPath)) errors.push(invalid(`${path}.mountPath`, mountPath, 'must be unique'));
  if (devices.some((device) => device.name === name))
    errors.push(invalid(`${path}.name`, name, 'must not already exist in volumeDevices'));
  if (devices.some((device) => device.devicePath === mountPath))
    errors.push(invalid(`${path}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
}

/** Some errors name the list, not the item: Kubernetes passes the outer path on. */
function validateMountOptions(mount: Fields, container: Fields, list: string, path: string, errors: ErrorList): void {
  const { subPath, subPathExpr, mountPropagation } = mount;
  if (subPath) for (const text of descendingPath(subPath)) errors.push(invalid(`${list}.subPath`, subPath, text));
  if (subPathExpr) {
    if (subPath)
      errors.push(invalid(`${path}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
    for (const text of descendingPath(subPathExpr)) errors.push(invalid(`${list}.subPathExpr`, subPathExpr, text));
  }
  if (mountPropagation === undefined) return;
  if (!PROPAGATIONS.includes(mountPropagation))
    errors.push(notSupported(`${list}.mountPropagation`, mountPropagation, PROPAGATIONS));
  else if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
    errors.push(
      forbidden(
        `${list}.mountPropagation`,
        'Bidirectional mount propagation is available only to privileged containers',
      ),
    );
  }
}

/** A mount is read-only all the way down only where it is read-only and stays on its side. */
function validateRecursion(mount: Fields, path: string, errors: ErrorList): void {
  const { recursiveReadOnly: mode, readOnly, mountPropagation } = mount;
  if (mode === undefined || mode === 'Disabled') return;
  if (!RECURSIONS.includes(mode)) {
    errors.push(notSupported(path, mode, RECURSIONS));
    return;
  }
  if (readOnly !== true) errors.push(forbidden(path, 'may only be specified when readOnly is true'));
  if (mountPropagation !== undefined && mountPropagation !== 'None')
    errors.push(forbidden(path, 'may only be specified when mountPropagation is None or not specified'));
}

function validateDevice(
  device: Fields,
  volumes: readonly Fields[],
  mounts: readonly Fields[],
  path: string,
  errors: ErrorList,
): void {
  const { name, devicePath } = device;
  if (!name) errors.push(required(`${path}.name`));
  const volume = volumes.find((each) => each.name === name);
  if (volume !== undefined && volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
    errors.push(
      invalid(
        `${path}.name`,
        name,
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      ),
    );
  }
  if (volume === undefined) errors.push(notFound(`${path}.name`, name));
  if (!devicePath) errors.push(required(`${path}.devicePath`));
  for (const text of devicePath ? descendingPath(devicePath, true) : [])
    errors.push(invalid(`${path}.devicePath`, devicePath, text));
  if (mounts.some((mount) => mount.name === name))
    errors.push(invalid(`${path}.name`, name, 'must not already exist in volumeMounts'));
  if (mounts.some((mount) => mount.mountPath === devicePath))
    errors.push(invalid(`${path}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
}
