import { expect, test } from 'vitest';
import type { Invocation } from '../program.ts';
import { webhook } from './webhook.ts';

/** What the webhook replies to a review of an object, asked by a client that waits so many seconds. */
function reply(rules: string, seconds: number): string | undefined {
  const review = { apiVersion: 'admission.k8s.io/v1', request: { uid: 'u', object: {} } };
  const text = `POST /check?timeout=${seconds}s HTTP/1.1\r\n\r\n${JSON.stringify(review)}`;
  const invocation = { argv: [], environment: { WEBHOOK_RULES: rules } } as unknown as Invocation;
  const answer = webhook.answer(invocation, text, 0);
  if (!(Symbol.iterator in answer)) return answer.reply;
  const { value, done } = answer.next();
  return done === true ? value.reply : undefined;
}

test('whoever waits shorter than a rule takes gets no answer', () => {
  const rules = '[{path: /check, takes: 5}]';
  expect(reply(rules, 5)).toBe('');
  expect(reply(rules, 6)).toMatch(/^TLS HTTP\/1.1 200 OK[\s\S]*"allowed":true/);
});
