/** Deep equality of JSON values. Shared parts compare at once, so comparing two versions of an object is cheap. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    for (let at = 0; at < one.length; at++) {
      if (!isEqual(one[at], other[at])) return false;
    }
    return true;
  }
  return hasEqualFields(one as Fields, other as Fields);
}

type Fields = Readonly<Record<string, unknown>>;

/** An absent field equals one that is undefined. */
function hasEqualFields(one: Fields, other: Fields): boolean {
  let count = 0;
  for (const key in one) {
    if (one[key] === undefined) continue;
    if (!isEqual(one[key], other[key])) return false;
    count++;
  }
  for (const key in other) {
    if (other[key] !== undefined) count--;
  }
  return count === 0;
}
