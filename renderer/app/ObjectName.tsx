/** A longer last part is no suffix, but a name of its own. */
const LONGEST_SUFFIX = 10;

/** Where room is scarce the middle gives way: pods of one owner differ in their last letters only. */
export function ObjectName({ name }: { readonly name: string }) {
  const suffix = name.slice(name.lastIndexOf('-') + 1);
  const isShort = suffix.length < name.length && suffix.length <= LONGEST_SUFFIX;
  const cut = isShort ? name.length - suffix.length : name.length;
  return (
    <>
      <span className="name-start">{name.slice(0, cut)}</span>
      {name.slice(cut)}
    </>
  );
}
