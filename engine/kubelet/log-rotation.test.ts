import { expect, test } from 'vitest';
import { configureKubelet, create, isReady, log, onNode, session, shell, until } from './testing.ts';

test('a log that has grown too big goes on in a new file, which is what is read', () => {
  configureKubelet('containerLogMaxSize: 2Mi');
  const line = 'head -c 500000 /dev/zero | tr "\\0" x; echo';
  create('noisy', shell(`i=0; while [ $i -lt 6 ]; do ${line}; i=$((i+1)); done; sleep 30; echo end; sleep 3600`));
  until('noisy', isReady);
  session.advance(1000);
  expect(log('noisy')).toHaveLength(6 * 500_001);
  session.advance(15_000);
  expect(log('noisy')).toHaveLength(0);
  session.advance(20_000);
  expect(log('noisy')).toBe('end\n');
  const files = onNode('cd /var/log/pods/default_noisy_*/c; ls; cat 0.log.* | wc -l').split('\n');
  expect(files).toEqual(['0.log', expect.stringMatching(/^0\.log\.\d{8}-\d{6}$/), '6', '']);
});
