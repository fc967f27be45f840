import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { type ErrorList, forbidden, invalid, required, tooLong } from '../validation/field.ts';
import { dnsSubdomain } from '../validation/names.ts';
import { validateDriverName } from './csi-node.ts';
import { defineKind, STATUS } from './define.ts';
import type { Fields } from './fields.ts';

const LONGEST_MESSAGE = 1024;
const METADATA_LIMIT = 256 * 1024;
const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

/** Source: `pkg/apis/storage/validation`, `pkg/registry/storage/volumeattachment`. */
export const volumeAttachment = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  allowsUnconditionalUpdate: false,
  namespaced: false,
  subresources: [STATUS],
  prepareForCreate: (object) => ({ ...object, status: { attached: false } }),
  validate,
  validateUpdate: (next, previous) =>
    isEqual(next.spec, previous.spec) ? [] : [invalid('spec', next.spec, 'field is immutable')],
  validateStatusUpdate: ({ status }) => validateStatus(status ?? {}),
});

function validate({ spec, status }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { attacher, nodeName, source = {} } = spec;
  if (!attacher) errors.push(required('spec.attacher'));
  else validateDriverName(attacher, 'spec.attacher', errors);
  const { persistentVolumeName: name, inlineVolumeSpec: inline } = source;
  if (name === undefined && inline === undefined) errors.push(required('spec.source', ONE_SOURCE));
  else if (name !== undefined && inline !== undefined) errors.push(forbidden('spec.source', ONE_SOURCE));
  else if (name === '')
    errors.push(required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'));
  if (name) for (const text of dnsSubdomain(name)) errors.push(invalid('spec.source.persistentVolumeName', name, text));
  for (const text of dnsSubdomain(nodeName ?? '')) errors.push(invalid('spec.nodeName', nodeName ?? '', text));
  errors.push(...validateStatus(status ?? {}));
  return errors;
}

function validateStatus({ attachmentMetadata = {}, ...status }: Fields): ErrorList {
  const errors: ErrorList = [];
  let size = 0;
  for (const [key, value] of Object.entries(attachmentMetadata as Readonly<Record<string, string>>)) {
    if (key === '') errors.push(invalid('status.attachmentMetadata', key, 'field can not be empty.'));
    size += key.length + value.length;
  }
  if (size > METADATA_LIMIT) errors.push(tooLong('status.attachmentMetadata', METADATA_LIMIT));
  for (const field of ['attachError', 'detachError']) {
    if ((status[field]?.message?.length ?? 0) > LONGEST_MESSAGE)
      errors.push(tooLong(`status.${field}.message`, LONGEST_MESSAGE));
  }
  return errors;
}
