import { afterAll, describe, expect, test } from 'vitest';
import { parseCaseFile } from '../../electron/cli/case-file.ts';
import { BARE, transcriptOf, WARM_UP } from '../../electron/cli/transcript.ts';
import { createSession } from '../../engine/index.ts';
import { normalised, unforked } from './normalise.ts';
import { recording, recordings } from './recordings.ts';

const equal: string[] = [];

afterAll(() => console.log(`${equal.length} of ${recordings.length} recorded sessions equal`));

describe('recordings of a real cluster', () => {
  test.each(recordings)('%s', (name) => {
    const session = createSession(BARE);
    session.advance(WARM_UP);
    const text = transcriptOf(session, parseCaseFile(recording(name, 'case')));
    expect(normalised(text)).toEqual(normalised(unforked(recording(name, 'txt'))));
    const failures = session.trace().filter((record) => record.failure !== undefined);
    expect(failures.map(({ component, failure }) => `${component}: ${failure}`)).toEqual([]);
    equal.push(name);
  });
});
