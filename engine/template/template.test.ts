import { describe, expect, it } from 'vitest';
import { Templates } from './execute.ts';

const run = (source: string, data: unknown = {}) => new Templates({}).add('a', source).run('a', data);
const failureOf = (source: string, data: unknown = {}) => {
  try {
    return run(source, data);
  } catch (error) {
    return (error as Error).message;
  }
};

describe('templates', () => {
  it.each([
    ['{{ .a }} {{- 1 }} x {{- /* no */ -}} y', 'v1 xy'],
    ['{{ range $i, $v := .list }}{{ if $i }},{{ end }}{{ $i }}={{ $v }}{{ else }}none{{ end }}', '0=p,1=q'],
    ['{{ range .none }}x{{ else }}none{{ end }}', 'none'],
    ['{{ with .map }}{{ .k }}{{ $.a }}{{ end }}', '1v'],
    ['{{ if .no }}a{{ else if eq .a "v" }}b{{ else }}c{{ end }}', 'b'],
    ['{{ define "t" }}<{{ . }}>{{ end }}{{ template "t" .a }}{{ block "u" .map }}{{ .k }}{{ end }}', '<v>1'],
    ['{{ $x := 1 }}{{ range .list }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
    ['{{ range .list }}{{ if eq . "q" }}{{ break }}{{ end }}{{ . }}{{ end }}', 'p'],
    ['{{ printf "%-4s|%03d|%.2f|%q|%v" .a 7 1.5 "x" .map }}', 'v   |007|1.50|"x"|map[k:1]'],
    ['{{ (index .list 1) | printf "%s-%s" "a" }}', 'a-q'],
    ['{{ and .a .none }} {{ or .none .a }} {{ not .a }} {{ len .list }} {{ .big }}', '<no value> v false 2 1e+06'],
    ['{{ .method "x" }}', 'got x'],
  ])('%s', (source, expected) => {
    const data = {
      a: 'v',
      list: ['p', 'q'],
      map: { k: 1 },
      big: 1_000_000,
      method: ([word]: readonly unknown[]) => `got ${word}`,
    };
    expect(run(source, data)).toBe(expected);
  });

  it.each([
    ['a\n{{ nope }}', 'template: a:2: function "nope" not defined'],
    ['{{ if 1 }}', 'template: a:1: unexpected EOF'],
    ['{{ end }}', 'template: a:1: unexpected {{end}}'],
    ['{{ if }}x{{ end }}', 'template: a:1: missing value for if'],
    [
      'x: y\n{{ .Values.a.b }}',
      'template: a:2:10: executing "a" at <.Values.a.b>: nil pointer evaluating interface {}.b',
    ],
    [
      '{{ eq .Values.n 3 }}',
      'template: a:1:3: executing "a" at <eq .Values.n 3>: error calling eq: incompatible types for comparison: float64 and int',
    ],
  ])('refuses %s', (source, expected) => {
    expect(failureOf(source, { Values: { n: 3 } })).toBe(expected);
  });
});
