import { it } from 'vitest';
import { readFileSync, writeFileSync } from 'node:fs';
import { createSession } from '../cluster.ts';
import { parseCaseFile } from '../../electron/cli/case-file.ts';
import { WARM_UP, transcriptOf } from '../../electron/cli/transcript.ts';
for (const c of (process.env.CASES ?? '').split(' ')) it(c, () => {
  const s = createSession({});
  s.advance(WARM_UP);
  let out = '';
  try { out = transcriptOf(s, parseCaseFile(readFileSync(`/work/shared/golden/sessions/${c}.case`, 'utf8'))); } finally {
  writeFileSync(`/tmp/out/${c}.txt`, out);
  const f = s.trace().filter((t) => t.failure);
  writeFileSync(`/tmp/out/${c}.trace`, s.trace().map((t) => `${t.step} ${t.time % 1000000} ${t.component} ${JSON.stringify(t.task).slice(0, 300)} ${t.failure ?? ''} ${JSON.stringify((t as any).notes ?? '').slice(0,300)}`).join('\n'));
  if (f.length) console.log(c, 'FAILURES', f.slice(0, 5).map((t) => `${t.component} ${JSON.stringify(t.task).slice(0, 200)} ${t.failure}`));
  }
}, 60000);
