import { describe, expect, it } from 'vitest';
import { isCutOff } from './json-prefix.ts';

describe('isCutOff', () => {
  it.each(['{', '{\n', '{"a": 1,\n', '{"a": [1, {"b":', '{"a": {"b": "}"}', '{"a": "b', '{"a'])('%j is', (text) => {
    expect(isCutOff(text)).toBe(true);
  });

  it.each(['{}', '{"a": 1}\n', '{a: b', '{"a": "b\n', '{"a": ]', 'a: {', '{"a": 1} {'])('%j is not', (text) => {
    expect(isCutOff(text)).toBe(false);
  });
});
