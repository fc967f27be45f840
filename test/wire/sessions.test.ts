import { afterAll, describe, expect, test } from 'vitest';
import { parseCaseFile } from '../../electron/cli/case-file.ts';
import { normalised, unforked } from '../golden/normalise.ts';
import { recording, recordings } from '../golden/recordings.ts';
import { wireTranscript } from './case-runner.ts';
import { asOlderKubectl, typedForOlderKubectl, withSortedLists } from './older-kubectl.ts';

/** Equal by our own kubectl, whose version is the recorded one; the real one that can be had is older and words these otherwise. */
const OF_ANOTHER_VERSION: readonly string[] = ['kc-typos'];

/** `SESSION=kc-apply npx vitest run --config test/wire.config.ts test/wire/sessions` runs one, listed or not. */
const asked = process.env.SESSION;

const sessions = asked?.split(' ') ?? recordings.filter((name) => !OF_ANOTHER_VERSION.includes(name));

/**
 * A recording was kept when two in a row were equal: what comes within a tenth of a second of a look may come just after it.
 * In-app the moments are always the same; here they follow from how busy the machine is. What is tried again begins at
 * another moment of the cluster's own rhythms (a kubelet looks at its containers once a second), or it would only meet the
 * same ones.
 */
const AGAIN = { retry: 2 };
const LATER = 370;
const attempts = new Map<string, number>();

const equal: string[] = [];

afterAll(() => console.log(`${equal.length} of ${sessions.length} sessions equal through a real kubectl`));

// kubectl mostly waits, so several run at a time.
describe.concurrent('recordings of a real cluster, repeated by a real kubectl', () => {
  test.each(sessions)('%s', AGAIN, async (name) => {
    const attempt = attempts.get(name) ?? 0;
    attempts.set(name, attempt + 1);
    const file = parseCaseFile(typedForOlderKubectl(recording(name, 'case')));
    const text = await wireTranscript(file, ({ serving }) =>
      serving.served.act((session) => session.advance(attempt * LATER)),
    );
    const recorded = withSortedLists(asOlderKubectl(unforked(recording(name, 'txt'))));
    expect(normalised(withSortedLists(text))).toEqual(normalised(recorded));
    equal.push(name);
  });
});
