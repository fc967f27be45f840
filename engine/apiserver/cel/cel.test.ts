import { expect, test } from 'vitest';
import { compileExpression } from './environment.ts';
import { DYN, INT, listOf, mapOf, objectOf, STRING } from './type.ts';
import { EvaluationError, MapValue, shown, type Value } from './value.ts';

const VARIABLES = {
  self: objectOf('object', { a: INT, name: STRING, list: listOf(STRING), labels: mapOf(STRING, STRING) }),
  any: DYN,
};

const VALUES: Readonly<Record<string, Value>> = {
  self: new MapValue(
    [
      ['a', 3n],
      ['name', 'web'],
      ['list', ['x', 'y', 'x']],
      ['labels', new MapValue([['app', 'web']])],
    ],
    'object',
  ),
  any: new MapValue([
    ['n', 1n],
    ['s', 'text'],
  ]),
};

function run(source: string): Value {
  const compiled = compileExpression(source, { variables: VARIABLES });
  if (compiled.error !== undefined) throw new Error(compiled.error);
  return compiled.program((name) => VALUES[name], { cost: 0, limit: 1_000_000 });
}

function outcome(source: string): string {
  try {
    return shown(run(source));
  } catch (error) {
    return error instanceof EvaluationError ? `! ${error.message}` : (error as Error).message;
  }
}

test.each([
  ['self.a <= 3 && self.name == "web"', 'true'],
  ['1 + 2 * 3 - 4 / 2 % 2', '7'],
  ['-9223372036854775808', '-9223372036854775808'],
  ['9223372036854775807 + 1', '! integer overflow'],
  ['1 / 0', '! division by zero'],
  ['1.5 + 2.0', '3.5'],
  ['2u * 3u', '6'],
  ["'a' + \"b\" + r'\\n' + '\\u00e9'", 'ab\\né'],
  ['self.list.all(x, x.size() == 1)', 'true'],
  ["self.list.exists(x, x == 'y')", 'true'],
  ["self.list.exists_one(x, x == 'x')", 'false'],
  ["self.list.map(x, x + '!')", '[x!, y!, x!]'],
  ["self.list.filter(x, x != 'x')", '[y]'],
  ['[1, 2, 3].map(x, x > 1, x * 10)', '[20, 30]'],
  ["{'a': 1}.transformMap(k, v, v + 1)", '{a: 2}'],
  ["['p', 'q'].transformList(i, v, string(i) + v)", '[0p, 1q]'],
  ["['p', 'q'].all(i, v, i < 2 && v != 'r')", 'true'],
  ["{'a': 1}.transformMapEntry(k, v, {v: k})", '{1: a}'],
  ['has(self.labels.app) && !has(self.labels.none)', 'true'],
  ["'app' in self.labels", 'true'],
  ['self.labels.none', '! no such key: none'],
  ['any.n == 1 && any.s == "text"', 'true'],
  ['any.s > 1', '! no such overload'],
  ['any.missing == 1 || true', 'true'],
  ['any.?missing.orValue("none")', 'none'],
  ['any[?"n"].hasValue()', 'true'],
  ['optional.of(2).optMap(x, x * 2).value()', '4'],
  ['optional.none().orValue(1)', '1'],
  ['[?any.?missing, ?any.?s]', '[text]'],
  ['type(1) == int && type("a") == string', 'true'],
  ['int("12") + int(3.9)', '15'],
  ['int("x")', '! strconv.ParseInt: parsing "x": invalid syntax'],
  ['string(1.0) + string(true) + string(b"ab")', '1trueab'],
  ['timestamp("2026-01-02T03:04:05Z").getHours("+02:00")', '5'],
  ['string(timestamp("2026-01-02T03:04:05.5Z") + duration("90m"))', '2026-01-02T04:34:05.5Z'],
  ['duration("1h") > duration("59m")', 'true'],
  ['"%s has %d of %.2f".format([dyn("a"), dyn(2), dyn(1.5)])', 'a has 2 of 1.50'],
  ['"hello".substring(1, 3) + "x,y".split(",")[1] + "abc".replace("b", "-")', 'elya-c'],
  ['"abc123def".find("[0-9]+") + "a1b2".findAll("[0-9]")[1]', '1232'],
  ['"foo".matches("^f.o$")', 'true'],
  ['[3, 1, 2].max() + [3, 1, 2].min() + [1, 2].sum()', '7'],
  ['[1, 2].isSorted() && ![2, 1].isSorted()', 'true'],
  ['[3, 1, 2].sort() == [1, 2, 3] && [1, 1, 2].distinct().size() == 2', 'true'],
  ['["bb", "a"].sortBy(x, x.size())', '[a, bb]'],
  ['[[1], [2, 3]].flatten().size() == 3 && lists.range(3) == [0, 1, 2]', 'true'],
  ['sets.contains([1, 2], [2]) && sets.intersects([1], [1, 2]) && !sets.equivalent([1], [2])', 'true'],
  ["url('https://example.com:80/a b?k=v&k=w').getPort()", '80'],
  ["url('https://example.com/p?k=v&k=w').getQuery()['k'][1]", 'w'],
  ["quantity('1Gi').isGreaterThan(quantity('1000M')) && quantity('1k').asInteger() == 1000", 'true'],
  ["quantity('50k').add(20) == quantity('50020') && isQuantity('1.5Gi') && !isQuantity('x')", 'true'],
  ["ip('2001:db8::1').family() == 6 && ip('127.0.0.1').isLoopback() && isIP('::1')", 'true'],
  ["string(ip('2001:db8:0:0:0:0:0:1'))", '2001:db8::1'],
  ["cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsCIDR('11.0.0.0/16')", 'true'],
  ["string(cidr('10.1.2.3/8').masked())", '10.0.0.0/8'],
  ["format.dns1123Label().validate('a_b').hasValue() && !format.dns1123Label().validate('a-b').hasValue()", 'true'],
  ["semver('1.2.3').isLessThan(semver('1.10.0')) && semver('v1.2', true).patch() == 0", 'true'],
  ['true ? 1 : 2', '1'],
  ['[1, 2][5]', '! index out of bounds: 5'],
])('%s', (source, expected) => {
  expect(outcome(source)).toBe(expected);
});

test.each([
  ['self.c == 1', "ERROR: <input>:1:5: undefined field 'c'\n | self.c == 1\n | ....^"],
  ['foo.bar', "ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo.bar\n | ^"],
  [
    'self >',
    "ERROR: <input>:1:7: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | self >\n | ......^",
  ],
  [
    'self.name <= 3',
    "ERROR: <input>:1:11: found no matching overload for '_<=_' applied to '(string, int)'\n | self.name <= 3\n | ..........^",
  ],
  [
    'self.name.nope()',
    "ERROR: <input>:1:15: undeclared reference to 'nope' (in container '')\n | self.name.nope()\n | ..............^",
  ],
  ['has(self)', 'ERROR: <input>:1:5: invalid argument to has() macro\n | has(self)\n | ....^'],
  ['self.a.b', "ERROR: <input>:1:7: type 'int' does not support field selection\n | self.a.b\n | ......^"],
])('what is wrong with %s', (source, expected) => {
  expect(compileExpression(source, { variables: VARIABLES }).error).toBe(expected);
});

test('an expression may not cost too much', () => {
  const source = 'lists.range(1000).all(x, lists.range(1000).all(y, x + y >= 0))';
  const compiled = compileExpression(source, { variables: VARIABLES });
  const evaluate = () =>
    compiled.error === undefined && compiled.program(() => undefined, { cost: 0, limit: 1_000_000 });
  expect(evaluate).toThrow('operation cancelled: actual cost limit exceeded');
});
