import { expect, it } from 'vitest';
import { TestMachine } from '../testing.ts';

const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

/** A container that runs agnhost with these words. */
function agnhost(words: readonly string[], environment: Record<string, string> = {}): TestMachine {
  const machine = new TestMachine(IMAGE);
  machine.spawn(['/agnhost', ...words], { environment });
  machine.pass(100);
  return machine;
}

/** What a command in the container prints. */
function output(machine: TestMachine, line: string, time = 5_000): string {
  const before = machine.stdout.length + machine.stderr.length;
  machine.spawn(['sh', '-c', `{ ${line}\n} 2>&1`], { label: 'exec' });
  machine.pass(time);
  return (machine.stdout + machine.stderr).slice(before);
}

it('pause takes no port, so several may run in a pod', () => {
  const machine = agnhost(['pause']);
  expect(machine.stdout).toBe('Paused\n');
  expect(output(machine, 'nc -z localhost 8080 || echo closed')).toContain('closed');
});

it('tells a resolver, hosts and arguments', () => {
  const machine = agnhost(['pause']);
  expect(output(machine, '/agnhost entrypoint-tester a b')).toBe('[/agnhost entrypoint-tester a b]\n');
  expect(output(machine, '/agnhost etc-hosts')).toContain('127.0.0.1');
  expect(output(machine, '/agnhost nothing; echo $?')).toMatch(/^agnhost: nothing is not simulated; what is: .*\n1\n$/);
});

it('has getent, which reads hosts as programs do', () => {
  const machine = agnhost(['pause']);
  expect(output(machine, 'getent hosts localhost; getent hosts nosuch; echo $?')).toBe(
    '127.0.0.1       localhost\n2\n',
  );
});

it('connect tells why not', () => {
  const machine = agnhost(['netexec']);
  expect(output(machine, '/agnhost connect localhost:8080; echo $?')).toBe('0\n');
  expect(output(machine, '/agnhost connect localhost:81; echo $?')).toBe('REFUSED\n1\n');
  expect(output(machine, '/agnhost connect --timeout=1s localhost; echo $?')).toMatch(/^UNKNOWN: .*\n1\n$/);
});

it('mounttest looks at files', () => {
  const machine = agnhost(['pause']);
  expect(output(machine, '/agnhost mounttest --new_file_0660=/f --file_perm=/f --file_owner=/f --fs_type=/f')).toBe(
    'mount type of "/f": 61267\ncontent of file "/f": mount-tester new file\n\nperms of file "/f": -rw-rw----\nowner UID of "/f": 0\nowner GID of "/f": 0\n',
  );
  expect(output(machine, 'mkdir /d; chmod 700 /d; /agnhost mounttest --file_mode=/d --file_perm=/d')).toBe(
    'mode of file "/d": drwx------\nperms of file "/d": -rwx------\n',
  );
  expect(output(machine, '/agnhost mounttest --file_content=/nope; echo $?')).toBe(
    'error reading file content for "/nope": open /nope: no such file or directory\n1\n',
  );
});

it('logs-generator writes so many lines over a time', () => {
  const machine = agnhost(['logs-generator', '--log-lines-total', '4', '-d', '2s']);
  expect(machine.stderr.split('\n')).toHaveLength(2);
  machine.pass(3_000);
  const lines = machine.stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[3]).toMatch(/^I\d{4} .* logs_generator\.go:88\] 3 (GET|POST|PUT) \/api\/v1\/namespaces\/\S+ \d{3}$/);
});

it('netexec answers about itself, runs lines and asks others', () => {
  const machine = agnhost(['netexec', '--http-port=80']);
  const ask = (path: string) => output(machine, `curl -s 'localhost/${path}'`);
  expect(ask('')).toMatch(/^NOW: \d{4}-\d\d-\d\d [\d:.]+ \+0000 UTC$/);
  expect(ask('hostname')).toBe('test');
  expect(ask('echo?msg=a%20b+c')).toBe('a b c');
  expect(ask('serverport')).toBe('80');
  expect(ask('clientip')).toMatch(/^[\d.]+:\d+$/);
  expect(ask('shell?cmd=echo+hi%3B+exit+3')).toBe('{"error":"exit status 3","output":"hi\\n"}');
  expect(ask('dial?host=localhost&port=80&request=hostname&tries=2')).toBe('{"responses":["test","test"]}');
  expect(ask('dial?host=localhost&port=81&request=hostname')).toContain('connect: connection refused');
  expect(output(machine, "curl -si 'localhost/redirect?location=/x&code=307' | head -1")).toContain('307');
});

it('porter says on each port what its variable holds', () => {
  const machine = agnhost(['porter'], { SERVE_PORT_80: 'one', SERVE_PORT_1080: '<a href="/x">two</a>' });
  expect(output(machine, 'curl -s localhost; echo; curl -si localhost:1080 | grep -e ^Content-T -e two')).toMatch(
    /^one\nContent-Type: text\/html; charset=utf-8\r?\n<a href="\/x">two<\/a>\n?$/,
  );
});

it('test-webserver serves the files of its container', () => {
  const machine = agnhost(['test-webserver']);
  expect(output(machine, 'echo hi > /tmp/f; curl -s localhost/tmp/f; curl -s localhost/nope')).toBe(
    'hi\n404 page not found\n',
  );
});
