import { readdirSync, readFileSync } from 'node:fs';
import i18next from 'i18next';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCaseFile } from '../../electron/cli/case-file.ts';
import { BARE, transcriptOf, WARM_UP } from '../../electron/cli/transcript.ts';
import { createSession, type Session } from '../../engine/index.ts';
import { rowOf } from '../../engine/protocol/rows.ts';
import { stepView, taskName } from '../../engine/protocol/steps.ts';
import { english, patternOf, type Sentence, say, type Text } from '../../engine/sentence.ts';
import { perform, prepareSession } from '../../lessons/acts.ts';
import { lessons } from '../../lessons/index.ts';
import { SENTENCES, said } from '../../renderer/locales/said.ts';
import { zhSentences } from '../../renderer/locales/zh-sentences.ts';
import { recording, recordings } from '../golden/recordings.ts';
import { writtenInSources } from './templates.ts';

const PLACEHOLDER = /\{\{\d+\}\}/g;

/** Where nothing but values stands, there is nothing to translate. */
const hasWords = (pattern: string): boolean => /[a-z]/i.test(pattern.replaceAll(PLACEHOLDER, ''));

const { sentences, strings } = writtenInSources();

describe('Chinese forms of what the engine says', () => {
  test('every sentence in the sources has one, and so does every kind of a task or a message', () => {
    const missing = [...sentences].filter((pattern) => hasWords(pattern) && !(pattern in zhSentences));
    expect(missing, 'add them to renderer/locales/zh-sentences.ts').toEqual([]);
  });

  test('every one belongs to a sentence or a kind', () => {
    expect(Object.keys(zhSentences).filter((key) => !sentences.has(key) && !strings.has(key))).toEqual([]);
  });

  test.each(Object.entries(zhSentences))('%s has the same values', (pattern, chinese) => {
    expect(chinese.match(PLACEHOLDER)?.sort() ?? []).toEqual(pattern.match(PLACEHOLDER)?.sort() ?? []);
    expect(chinese).toMatch(/\p{Script=Han}|^DNS/u);
  });
});

/** Everything the window can show of a session that is a sentence of ours. */
function sentencesOf(session: Session): Sentence[] {
  const texts: Text[] = session.trace().flatMap((record) => {
    const { task, notes, messages } = stepView(session, record);
    return [task, ...notes, ...messages.map(({ summary }) => summary)];
  });
  const moment = session.moment();
  for (const { task } of moment.agenda()) texts.push(taskName(task));
  for (const resource of moment.resources())
    for (const object of moment.reader(resource).list()) texts.push(rowOf(resource, object).status);
  return texts.filter((text) => typeof text !== 'string').flatMap(withInner);
}

function withInner(sentence: Sentence): Sentence[] {
  return [sentence, ...sentence.values.flatMap((value) => (typeof value === 'object' ? withInner(value) : []))];
}

/** Patterns of a session for which there is no Chinese. */
function untranslated(session: Session): string[] {
  const patterns = new Set(sentencesOf(session).map(({ parts }) => patternOf(parts)));
  return [...patterns].filter((pattern) => hasWords(pattern) && !(pattern in zhSentences));
}

function typed(text: string, session: Session): Session {
  session.advance(WARM_UP);
  transcriptOf(session, parseCaseFile(text));
  return session;
}

const transcripts = new URL('../transcripts/', import.meta.url);
const stories = readdirSync(transcripts).filter((file) => file.endsWith('.case'));

describe('every sentence of a session is told in Chinese', () => {
  test.each(lessons)('lesson $id', (lesson) => {
    const session = createSession({ notices: true, ...lesson.cluster });
    prepareSession(lesson, session);
    perform(lesson, session, lesson.solution);
    expect(untranslated(session)).toEqual([]);
  });

  test.each(stories)('%s', (file) => {
    expect(untranslated(typed(readFileSync(new URL(file, transcripts), 'utf8'), createSession()))).toEqual([]);
  });

  test.each(recordings.filter((name) => !name.startsWith('kc-')))('%s', (name) => {
    expect(untranslated(typed(recording(name, 'case'), createSession(BARE)))).toEqual([]);
  });

  test('faults', () => {
    const session = createSession({ nodes: 2 });
    session.advance(WARM_UP);
    for (const act of [
      { kind: 'cut', from: 'kubelet/node-1', to: 'kube-apiserver' },
      { kind: 'stop', component: 'containerd/node-2' },
      { kind: 'add-node' },
    ])
      session.input('world', act);
    session.advance(400_000);
    session.input('world', { kind: 'heal', from: 'kubelet/node-1', to: 'kube-apiserver' });
    session.input('world', { kind: 'start', component: 'containerd/node-2' });
    session.input('workstation', { kind: 'run', id: 'off', line: 'ssh node-1 sudo reboot' });
    session.advance(3_600_000);
    expect(untranslated(session)).toEqual([]);
  });
});

describe('in the window', () => {
  const i18n = i18next.createInstance();
  beforeAll(() =>
    i18n.init({ lng: 'zh', resources: { zh: { [SENTENCES]: zhSentences } }, interpolation: { escapeValue: false } }),
  );
  const sentence = say`Too few replicas: need ${3}, creating ${say`no answer`}`;

  test('a sentence is its pattern with its values, sentences among them', () => {
    expect(said(sentence, i18n.t)).toBe('副本太少：需要 3 个，创建 没有回应 个');
    expect(english(sentence)).toBe('Too few replicas: need 3, creating no answer');
  });

  test('values are never read as patterns', () => {
    expect(said(say`stopped ${'{{2}} $t(sync) <b>'}`, i18n.t)).toBe('停止了 {{2}} $t(sync) <b>');
  });

  test('without a form it is told in English', () => {
    expect(said(say`nobody knows ${'a.b:c'}: it is new`, i18n.t)).toBe('nobody knows a.b:c: it is new');
  });

  test('what is no sentence of ours stays as it is', () => {
    expect(said('Running', i18n.t)).toBe('Running');
  });
});
