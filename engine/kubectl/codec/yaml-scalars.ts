const WORDS = new Set(
  ['', '~', 'null', 'Null', 'NULL', '<<', 'y', 'Y', 'n', 'N'].concat(
    ['yes', 'no', 'on', 'off', 'true', 'false'].flatMap((word) => [word, capitalized(word), word.toUpperCase()]),
    ['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'],
  ),
);

const INTEGER = /^[-+]?(0b[01]+|0x[0-9a-fA-F]+|0o?[0-7]+|0|[1-9][0-9]*)$/i;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const TIMESTAMP = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d{2}:\d{2})?)?$/;

/**
 * Would YAML 1.1, as go-yaml v2 reads it, take this text for a string? `yes`, `1`, `0x1f`, `~` and `2026-01-01` it would
 * not, so they are quoted. Source: `go-yaml/v2/resolve.go`.
 */
export function isPlainString(text: string): boolean {
  if (WORDS.has(text)) return false;
  if (!/^[-+.\d]/.test(text)) return true;
  const plain = text.replaceAll('_', '');
  return !INTEGER.test(plain) && !FLOAT.test(plain) && !BASE_60.test(text) && !TIMESTAMP.test(text);
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
