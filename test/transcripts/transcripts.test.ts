import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCaseFile } from '../../electron/cli/case-file.ts';
import { transcriptOf, WARM_UP } from '../../electron/cli/transcript.ts';
import { createSession } from '../../engine/index.ts';

/** `REWRITE=1 npx vitest run --config test/vitest.config.ts test/transcripts` writes the transcripts anew; the difference is then reviewed like code. */
const isRewriting = process.env.REWRITE === '1';
const folder = new URL('./', import.meta.url);
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.case') ? [file.slice(0, -'.case'.length)] : []));

describe('transcripts, to the byte', () => {
  test.each(names)('%s', (name) => {
    const session = createSession();
    session.advance(WARM_UP);
    const text = transcriptOf(session, parseCaseFile(readFileSync(new URL(`${name}.case`, folder), 'utf8')));
    const expected = new URL(`${name}.txt`, folder);
    if (isRewriting) writeFileSync(expected, text);
    expect(existsSync(expected), `${name}.txt is missing: run with REWRITE=1`).toBe(true);
    expect(text).toBe(readFileSync(expected, 'utf8'));
    expect(session.trace().filter((record) => record.failure)).toEqual([]);
  });
});
