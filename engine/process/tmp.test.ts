// @ts-nocheck
import { it } from 'vitest';
import { readFileSync } from 'node:fs';
import { createSession } from '../cluster.ts';
import { runLine, WARM_UP } from '../../electron/cli/transcript.ts';
it('boots', () => {
  let t0=performance.now();
  const s = createSession({});
  s.advance(WARM_UP);
  console.log('boot', performance.now()-t0);
  let n=0;
  for (const line of readFileSync('/tmp/lines.txt','utf8').trim().split('\n')) {
    t0=performance.now();
    if (/^settle/.test(line)) { s.advance(Number(line.slice(7))*1000); continue; }
    const r = runLine(s, 'x'+(n++), line);
    console.log('$ '+line+'\n'+r.stdout+(r.stderr?'! '+r.stderr:'')+'['+r.exitCode+'] '+(performance.now()-t0).toFixed(0)+'ms');
  }
}, 60000);
