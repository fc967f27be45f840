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
  return JSON.stringify(value ?? null);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keyText(key: string): string {
  const isPlain = /^[A-Za-z_][\w./-]*$/.test(key) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key);
  return isPlain ? key : JSON.stringify(key);
}
