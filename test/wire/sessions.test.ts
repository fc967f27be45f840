import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCaseFile } from '../../electron/cli/case-file.ts';
import { normalised } from '../golden/normalise.ts';
import { wireTranscript } from './case-runner.ts';
import { asOlderKubectl, typedForOlderKubectl, withSortedLists } from './older-kubectl.ts';
import { passing } from './passing.ts';

const folder = new URL('../golden/sessions/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

/** `SESSION=kc-apply npx vitest run --config test/wire.config.ts test/wire/sessions` runs one, listed or not. */
const asked = process.env.SESSION;

const sessions = asked === undefined ? passing : asked.split(' ');

/**
 * A recording was kept when two in a row were equal: what comes within a tenth of a second of a look may come just after it.
 * In-app the moments are always the same; here they follow from how busy the machine is.
 */
const AGAIN = { retry: 2 };

const equal: string[] = [];

// kubectl mostly waits, so several run at a time.
describe.concurrent('recordings of a real cluster, repeated by a real kubectl', () => {
  test.each(sessions)('%s', AGAIN, async (name) => {
    const text = await wireTranscript(parseCaseFile(typedForOlderKubectl(read(`${name}.case`))));
    const recorded = withSortedLists(asOlderKubectl(read(`${name}.txt`)));
    expect(normalised(withSortedLists(text))).toEqual(normalised(recorded));
    equal.push(name);
  });
});

test('what compares equal is told', () => {
  console.log(`${equal.length} of ${sessions.length} sessions equal through a real kubectl`);
});
