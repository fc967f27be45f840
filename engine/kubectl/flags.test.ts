import { describe, expect, it } from 'vitest';
import { type Flag, parseArguments } from './flags.ts';

const FLAGS: readonly Flag[] = [
  { name: 'namespace', shorthand: 'n', type: 'string', usage: '' },
  { name: 'watch', shorthand: 'w', type: 'boolean', usage: '' },
  { name: 'filename', shorthand: 'f', type: 'slice', usage: '' },
  { name: 'env', type: 'array', usage: '' },
  { name: 'replicas', type: 'int', default: '1', usage: '' },
  { name: 'dry-run', type: 'string', default: 'none', bare: 'unchanged', usage: '' },
];
const parse = (...words: string[]) => parseArguments('kubectl get', FLAGS, words);

describe('parseArguments', () => {
  it('reads long, short, joined and repeated flags', () => {
    const { flags, args } = parse('pods', '-wn', 'x', '-fa,b', '--filename=c', '--env=A=1,2', '--env', 'B=2', 'web');
    expect(args).toEqual(['pods', 'web']);
    expect(flags.boolean('watch')).toBe(true);
    expect(flags.string('namespace')).toBe('x');
    expect(flags.strings('filename')).toEqual(['a', 'b', 'c']);
    expect(flags.strings('env')).toEqual(['A=1,2', 'B=2']);
    expect(flags.int('replicas')).toBe(1);
  });

  it('takes a bare flag without a value and stops at two dashes', () => {
    const { flags, args, dashAt } = parse('--dry-run', 'x', '--', '-n', 'y');
    expect(flags.string('dry-run')).toBe('unchanged');
    expect(args).toEqual(['x', '-n', 'y']);
    expect(dashAt).toBe(1);
  });

  it.each([
    [['--nosuch'], 'error: unknown flag: --nosuch'],
    [['-q'], "error: unknown shorthand flag: 'q' in -q"],
    [['--namespace'], 'error: flag needs an argument: --namespace'],
    [['-n'], "error: flag needs an argument: 'n' in -n"],
    [
      ['--watch=maybe'],
      'error: invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      ['--replicas=x'],
      'error: invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
  ])('refuses %j', (words, message) => {
    expect(() => parse(...words)).toThrow(`${message}\nSee 'kubectl get --help' for usage.`);
  });
});
