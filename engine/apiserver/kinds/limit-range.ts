import { validateLimitRange } from '../validation/limit-range.ts';
import { defineKind } from './define.ts';
import { type Fields, mapList, withDefaults, withField } from './fields.ts';

/** Source: `pkg/apis/core/v1/defaults.go`, LimitRangeItem. */
export const limitRange = defineKind({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  setDefaults: (object) => {
    const spec = withField(object.spec, 'limits', mapList(object.spec.limits, withItemDefaults));
    return spec === object.spec ? object : { ...object, spec };
  },
  validate: validateLimitRange,
});

/** A maximum is also the default limit; the default request follows the default limit, then the minimum. */
function withItemDefaults(item: Fields): Fields {
  if (item.type !== 'Container') return item;
  const limits = withDefaults(item.default ?? {}, item.max ?? {});
  const requests = withDefaults(withDefaults(item.defaultRequest ?? {}, limits), item.min ?? {});
  let result = item;
  if (Object.keys(limits).length > 0) result = withField(result, 'default', limits);
  return Object.keys(requests).length > 0 ? withField(result, 'defaultRequest', requests) : result;
}
