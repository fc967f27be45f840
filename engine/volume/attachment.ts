import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** The name of the VolumeAttachment of a CSI volume and a node (`getAttachmentName` in `pkg/volume/csi/csi_attacher.go`). */
export function attachmentName(volumeHandle: string, driver: string, nodeName: string): string {
  return `csi-${bytesToHex(sha256(utf8ToBytes(`${volumeHandle}${driver}${nodeName}`)))}`;
}
