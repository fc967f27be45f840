/** What a field is for, in English: the text of the documents. */
export function descriptionOf(_owner: string, _field: string): string | undefined {
  return undefined;
}
