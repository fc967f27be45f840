import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCaseFile } from '../../electron/cli/case-file.ts';
import { BARE, transcriptOf, WARM_UP } from '../../electron/cli/transcript.ts';
import { createSession } from '../../engine/index.ts';
import { normalised } from './normalise.ts';
import { passing } from './passing.ts';

const folder = new URL('./sessions/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.case') ? [file.slice(0, -'.case'.length)] : []));

function transcript(name: string): { text: string; failures: string[] } {
  const session = createSession(BARE);
  session.advance(WARM_UP);
  const text = transcriptOf(session, parseCaseFile(read(`${name}.case`)));
  const failures = session.trace().flatMap((record) => (record.failure ? [`${record.component}: ${record.failure}`] : []));
  return { text, failures };
}

describe('recordings of a real cluster', () => {
  test.each(passing)('%s', (name) => {
    const { text, failures } = transcript(name);
    expect(normalised(text)).toEqual(normalised(read(`${name}.txt`)));
    expect(failures).toEqual([]);
  });

  test('every recording runs to its end without a defect; what compares equal is listed', () => {
    const equal: string[] = [];
    const defects: string[] = [];
    for (const name of names) {
      const { text, failures } = transcript(name);
      defects.push(...failures.map((failure) => `${name}: ${failure}`));
      if (JSON.stringify(normalised(text)) === JSON.stringify(normalised(read(`${name}.txt`)))) equal.push(name);
    }
    console.log(`${equal.length} of ${names.length} recorded sessions equal: ${equal.join(' ')}`);
    expect(defects).toEqual([]);
  }, 600_000);
});
