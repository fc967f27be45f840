import { isEqual } from '../equality.ts';
import { type ErrorList, invalid, required } from '../validation/field.ts';
import { validateNotNegative } from '../validation/numbers.ts';
import { defineKind } from './define.ts';

/** Source: `pkg/apis/apps/validation`, ControllerRevision. */
export const controllerRevision = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  validate: ({ data, revision }) => {
    const errors: ErrorList = [];
    if (data === undefined || data === null) errors.push(required('data', 'data is mandatory'));
    validateNotNegative(revision, 'revision', errors);
    return errors;
  },
  validateUpdate: (next, previous) =>
    isEqual(next.data, previous.data) ? [] : [invalid('data', next.data, 'field is immutable')],
});
