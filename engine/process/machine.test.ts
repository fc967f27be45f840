import { describe, expect, it } from 'vitest';
import { exchange, isListening, machineOf, processesOf } from './machine.ts';
import type { Process, ProgramState } from './process.ts';
import { TestMachine } from './testing.ts';

/** Copies a state so that nothing at hand knows it: every continuation has to be rebuilt from data. */
function forget(machine: TestMachine): void {
  const { memory } = machine.turn;
  for (const key of memory.keys('process/')) memory.set(key, JSON.parse(JSON.stringify(memory.get(key))));
}

const SCRIPT = `
trap 'echo bye' EXIT
n=0
while [ $n -lt 3 ]; do
  n=$((n+1)); sleep 1; echo "n=$n $(sleep 1; echo inner)"
done | while read line; do echo "got $line"; sleep 1; done
f() { local x=$1; sleep 1; echo "f $x"; return 4; }
f one || echo "status $?"
(sleep 2; echo late) & wait $!
cat <<X | grep sum
sum $((n+1))
X
`;

describe('a continuation is data', () => {
  it('gives the same bytes when everything is rebuilt at every step', () => {
    const run = (between: (machine: TestMachine) => void) => {
      const machine = new TestMachine();
      machine.spawn(['sh', '-c', SCRIPT]);
      for (let step = 0; step < 40; step++) {
        between(machine);
        machine.pass(500);
      }
      return { out: machine.stdout, err: machine.stderr, ended: machine.ended };
    };
    const plain = run(() => undefined);
    expect(plain.out).toContain('got n=3 inner\nf one\nstatus 4\nlate\nsum 1\nbye\n');
    expect(run(forget)).toEqual(plain);
  });

  it('keeps nothing but data', () => {
    const machine = new TestMachine();
    machine.spawn(['sh', '-c', 'while true; do sleep 1; done']);
    const { state } = machine.turn.memory.get<Process>('process/m/1') as Process & { state: ProgramState };
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

describe('processes', () => {
  it('PID 1 is deaf to signals it does not handle; others are not', () => {
    const machine = new TestMachine();
    machine.spawn(['sleep', '3600']);
    machine.spawn(['sleep', '3600'], { label: 'exec' });
    machine.signal('TERM');
    machine.signal('TERM', 2);
    expect(machine.ended).toEqual([{ label: 'exec', status: 143, signal: 'TERM' }]);
    machine.signal('KILL');
    expect(machine.ended[1]).toEqual({ label: 'main', status: 137, signal: 'KILL' });
    expect(processesOf(machine.turn.memory, 'm')).toEqual([]);
  });

  it('the end of PID 1 ends the others', () => {
    const machine = new TestMachine();
    machine.spawn(['sleep', '2']);
    machine.spawn(['sleep', '3600'], { label: 'exec' });
    machine.pass(2000);
    expect(machine.ended.map(({ label, status }) => [label, status])).toEqual([
      ['exec', 137],
      ['main', 0],
    ]);
  });

  it('a writer whose reader has gone ends by SIGPIPE', () => {
    const machine = new TestMachine();
    machine.spawn(['sh', '-c', 'yes | head -2; echo done']);
    machine.pass(200);
    expect(machine.stdout).toBe('y\ny\ndone\n');
  });

  it('a program that cannot be started says so as runc does', () => {
    const machine = new TestMachine();
    expect(machine.spawn(['nosuch'])).toEqual({ error: 'exec: "nosuch": executable file not found in $PATH' });
    expect(machine.spawn(['/bin/nosuch', '-x'])).toEqual({
      error: 'exec: "/bin/nosuch": stat /bin/nosuch: no such file or directory',
    });
  });

  it('a fault in a program ends that program only', () => {
    const boom = {
      // biome-ignore lint/correctness/useYield: it fails before its first call
      *script(): Generator<never, number, unknown> {
        throw new TypeError('out of luck');
      },
    };
    const machine = new TestMachine(undefined, { programs: { boom } });
    machine.turn.memory.set('file/m/bin/boom', { type: 'file', text: '', mode: 0o755, program: 'boom' });
    machine.spawn(['sh', '-c', 'boom; echo $?']);
    expect(machine.stdout).toBe('139\n');
    expect(machine.stderr).toBe('boom: TypeError: out of luck\nSegmentation fault\n');
  });

  it('a sleeping process is one task on the agenda, a server none', () => {
    const machine = new TestMachine('docker.io/library/nginx:1.25');
    machine.spawn(['nginx', '-g', 'daemon off;']);
    expect(machine.turn.agenda).toEqual([]);
    machine.spawn(['sleep', '3600'], { label: 'exec' });
    expect(machine.turn.agenda.length).toBe(1);
    expect(machineOf(machine.turn.memory, 'm')?.pids).toEqual([1, 2]);
  });
});

describe('connections', () => {
  it('reach a server on the machine itself', () => {
    const machine = new TestMachine('docker.io/library/nginx:1.25');
    machine.spawn(['nginx']);
    machine.spawn(['sh', '-c', 'wget -qO- localhost; wget -qO- http://10.244.0.5/nosuch; echo $?'], { label: 'exec' });
    machine.pass(1000);
    expect(machine.stdout).toContain('<h1>Welcome to nginx!</h1>\n');
    expect(machine.stdout).toContain('1\n');
    expect(machine.stderr).toBe('wget: server returned error: HTTP/1.1 404 Not Found\n');
  });

  it('are refused where nobody listens', () => {
    const machine = new TestMachine();
    machine.spawn(['wget', '-qO-', 'http://10.244.0.5']);
    machine.pass(1000);
    expect(machine.stderr).toBe("wget: can't connect to remote host (10.244.0.5): Connection refused\n");
    expect(machine.ended[0]?.status).toBe(1);
  });

  it('can be made by a probe within one turn', () => {
    const machine = new TestMachine('docker.io/library/nginx:1.25');
    expect(exchange(machine.turn, machine.host, 'm', 80, 'GET / HTTP/1.1\r\n\r\n')).toBeUndefined();
    machine.spawn(['nginx']);
    expect(isListening(machine.turn.memory, 'm', 80)).toBe(true);
    const answer = exchange(machine.turn, machine.host, 'm', 80, 'GET / HTTP/1.1\r\n\r\n');
    expect(answer?.reply).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer?.closed).toBe(true);
    machine.signal('KILL');
    expect(machine.ended[0]?.status).toBe(137);
    expect(isListening(machine.turn.memory, 'm', 80)).toBe(false);
  });
});
