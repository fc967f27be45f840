import type { Word } from './syntax.ts';

/** `{a,b}` and `{1..3}` of bash. */
export function braces(word: Word): Word[] {
  const index = word.findIndex((part) => part.type === 'text' && !part.quoted && part.text.includes('{'));
  const part = word[index];
  if (part?.type !== 'text') return [word];
  const match = /^([^{]*)\{([^{}\s]*)\}(.*)$/s.exec(part.text);
  if (match === null) return [word];
  const choices = alternatives(match[2] as string);
  if (choices === undefined) return [word];
  return choices.flatMap((choice) => {
    const text = `${match[1]}${choice}${match[3]}`;
    return braces([...word.slice(0, index), { ...part, text }, ...word.slice(index + 1)]);
  });
}

function alternatives(body: string): string[] | undefined {
  const range = /^(-?\d+|[a-zA-Z])\.\.(-?\d+|[a-zA-Z])(?:\.\.(-?\d+))?$/.exec(body);
  if (range === null) return body.includes(',') ? body.split(',') : undefined;
  const [, first = '', last = '', step] = range;
  const letters = !/\d/.test(first);
  if (letters === /\d/.test(last)) return undefined;
  const from = letters ? first.charCodeAt(0) : Number(first);
  const to = letters ? last.charCodeAt(0) : Number(last);
  const by = Math.max(Math.abs(Number(step ?? 1)), 1);
  const width = !letters && /^-?0\d/.test(`${first} ${last}`) ? Math.max(first.length, last.length) : 0;
  const count = Math.min(Math.floor(Math.abs(to - from) / by), 100_000);
  return Array.from({ length: count + 1 }, (_, index) => {
    const number = from + (to >= from ? index * by : -index * by);
    return letters ? String.fromCharCode(number) : String(number).padStart(width, '0');
  });
}
