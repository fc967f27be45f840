/** What may stand between the end of a text and its closing brackets: the rest of a string, a value or a field. */
const MISSING = ['', '"', '0', '":0', ':0', '"":0'];

/**
 * Is this a JSON object whose end is missing? It is if something can be put behind it that makes it whole.
 *
 * Example: `{"kind": "Pod", "metadata": {` is, `{kind: Pod` is not, which is YAML.
 */
export function isCutOff(text: string): boolean {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || isJson(trimmed)) return false;
  const closing: string[] = [];
  for (const [token] of trimmed.matchAll(/"(?:[^"\\]|\\.)*"?|[{}[\]]/gs)) {
    if (token === '{') closing.unshift('}');
    else if (token === '[') closing.unshift(']');
    else if (!token.startsWith('"')) closing.shift();
  }
  return MISSING.some((missing) => isJson(text + missing + closing.join('')));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
