// @ts-nocheck
import { it } from 'vitest';
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { createSession } from '../cluster.ts';
import { transcriptOf, WARM_UP } from '../../electron/cli/transcript.ts';
import * as cf from '../../electron/cli/case-file.ts';
it('cases', () => {
  mkdirSync('/tmp/got',{recursive:true});
  for (const name of (process.env.CASES??'').split(',')) {
    const t0=performance.now();
    try {
      const s = createSession({}); s.advance(WARM_UP);
      writeFileSync(`/tmp/got/${name}.txt`, transcriptOf(s, cf.parseCaseFile(readFileSync(`/work/shared/golden/sessions/${name}.case`,'utf8'))));
    } catch (e) { writeFileSync(`/tmp/got/${name}.txt`, 'THROWN '+e.stack); console.log(name, String(e.stack).slice(0,600)); }
    console.log(name, (performance.now()-t0).toFixed(0));
  }
}, 300000);
