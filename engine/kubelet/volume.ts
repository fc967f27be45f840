/** A volume that cannot be set up: `FailedMount`. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

/** A volume that is waited for, and told of only when that has lasted too long. */
export class AttachmentPending extends MountError {}

/** `spec.volumes[*]` of a pod. */
export interface Volume {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
  readonly [source: string]: any;
}

/** Why a volume cannot be set up, as its Event says it. */
export function setUpError(volume: string, why: string): MountError {
  return new MountError(`MountVolume.SetUp failed for volume "${volume}" : ${why}`);
}
