import { expect, test } from 'vitest';
import { variableIn } from './environment-file.ts';
import { container, create, log, session, shell, until } from './testing.ts';

const FILE = "# by the init container\n\n  DB_HOST='db.internal'\nMOTD='two\nlines' # a remark\nEMPTY=''\n";

test.each([
  ['DB_HOST', 'db.internal'],
  ['MOTD', 'two\nlines'],
  ['EMPTY', ''],
  ['lines', undefined],
])('the file says that %s is %j', (key, value) => expect(variableIn(FILE, key)).toBe(value));

test.each(["A = 'b'", 'A=b', 'A="b"', "A='b", "A='b' c"])('%s is no line of such a file', (line) => {
  expect(variableIn(line, 'Z')).toBeNull();
});

const reader = (key: string, path: string, optional: boolean): object => {
  const fileKeyRef = { volumeName: 'v', path, key, optional };
  return {
    ...shell('echo "<$ADDRESS>"', { env: [{ name: 'ADDRESS', valueFrom: { fileKeyRef } }] }),
  };
};

const writtenBefore = {
  restartPolicy: 'Never',
  volumes: [{ name: 'v', emptyDir: {} }],
  initContainers: [
    {
      name: 'writer',
      image: 'busybox:1.36',
      command: ['sh', '-c', 'echo "DB=\'here\'" > /data/config.env'],
      volumeMounts: [{ name: 'v', mountPath: '/data' }],
    },
  ],
};

test('a container has variables from a file that an init container has written', () => {
  create('one', reader('DB', 'config.env', false), writtenBefore);
  create('none', reader('NOPE', 'config.env', true), writtenBefore);
  for (const name of ['one', 'none']) until(name, ({ status }) => status?.phase === 'Succeeded');
  expect(log('one')).toBe('<here>\n');
  expect(log('none')).toBe('<>\n');
});

test.each([
  ['NOPE', 'config.env', 'environment variable key "NOPE" not found in file "config.env"'],
  ['DB', 'other.env', "couldn't parse env file"],
])('%s of %s keeps the container waiting', (key, path, message) => {
  create('lost', reader(key, path, false), writtenBefore);
  session.advance(5000);
  expect(container('lost').state.waiting).toEqual({ reason: 'CreateContainerConfigError', message });
});
