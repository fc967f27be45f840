import { sorted } from '../codec/json.ts';

/** KYAML: YAML in flow style with every string quoted and keys bare where they can be. */
export function toKyaml(value: unknown): string {
  return `---\n${render(sorted(value), '')}\n`;
}

function render(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (value.every(isMap)) return `[${value.map((item) => render(item, indent)).join(', ')}]`;
    return `[\n${value.map((item) => `${inner}${render(item, inner)},\n`).join('')}${indent}]`;
  }
  if (isMap(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) return '{}';
    return `{\n${entries.map(([key, item]) => `${inner}${keyText(key)}: ${render(item, inner)},\n`).join('')}${indent}}`;
  }
  return typeof value === 'string' ? text(value, inner) : JSON.stringify(value ?? null);
}

/** Text of several lines stands on lines of its own; what begins with a blank has it kept by a backslash. */
function text(value: string, indent: string): string {
  if (!value.includes('\n')) return JSON.stringify(value);
  const lines = value.split(/(?<=\n)/).map((line) => {
    return `${indent}${/^[ \t]/.test(line) ? '\\' : ' '}${JSON.stringify(line).slice(1, -1)}\\\n`;
  });
  return `"\\\n${lines.join('')}${indent}"`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keyText(key: string): string {
  const isPlain = /^[A-Za-z_][\w./-]*$/.test(key) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key);
  return isPlain ? key : JSON.stringify(key);
}
