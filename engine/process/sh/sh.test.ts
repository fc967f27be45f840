import { describe, expect, it } from 'vitest';
import type { Process } from '../process.ts';
import { shell, TestMachine } from '../testing.ts';
import posix from './posix.json' with { type: 'json' };

/** A container with a working folder `/w` as the recorded scripts found it. */
function inFolder(script: string): TestMachine {
  const machine = new TestMachine();
  const { memory } = machine.turn;
  memory.set('file/m/w', { type: 'directory', mode: 0o755 });
  memory.set('file/m/w/d0', { type: 'directory', mode: 0o755 });
  memory.set('file/m/w/f1', { type: 'file', text: 'x\ny\n', mode: 0o644 });
  machine.spawn(['sh', '-c', 'true; cd /w; exec sh -c "$SCRIPT"'], { environment: { SCRIPT: script } });
  return machine;
}

describe('scripts do what a POSIX shell does', () => {
  // Recorded with dash.
  it.each(posix.map((entry) => [entry.script, entry] as const))('%s', (script, expected) => {
    const machine = inFolder(script);
    machine.pass(10_000);
    expect({ out: machine.stdout, status: machine.ended[0]?.status }).toEqual({
      out: expected.out,
      status: expected.status,
    });
  });
});

describe('a container shell', () => {
  it('says what it cannot run', () => {
    expect(shell('nosuch')).toEqual({ out: '', err: 'sh: nosuch: not found\n', status: 127 });
    expect(shell('/etc/passwd').status).toBe(126);
    expect(shell('echo a; if').err).toBe('sh: syntax error: unexpected end of file\n');
    expect(shell('echo )').err).toBe('sh: syntax error: unexpected ")"\n');
    expect(shell('cat < nosuch')).toEqual({ out: '', err: "sh: can't open nosuch: no such file\n", status: 1 });
  });

  it('becomes its last command', () => {
    const machine = new TestMachine();
    machine.spawn(['sh', '-c', 'for i in 1 2; do echo $i; done; echo err >&2; sleep 3600']);
    expect(machine.turn.memory.get<Process>('process/m/1')?.invocation.argv).toEqual(['sleep', '3600']);
    machine.spawn(['cat', '/proc/1/cmdline'], { label: 'exec' });
    expect(machine.stdout).toBe('1\n2\nsleep\x003600\x00');
  });

  it('keeps a trap until the child has ended, as PID 1', () => {
    const machine = new TestMachine();
    machine.spawn(['sh', '-c', "trap 'echo got TERM; exit 0' TERM; while true; do sleep 1; done"]);
    machine.pass(2500);
    machine.signal('TERM');
    expect(machine.stdout).toBe('');
    machine.pass(500);
    expect(machine.stdout).toBe('got TERM\n');
    expect(machine.ended).toEqual([{ label: 'main', status: 0 }]);
  });

  it('counts in 64 bits', () => {
    expect(shell('echo $((1<<40)) $((9223372036854775807+1)) $((2**62)) $((-1>>1)) $((0x7fffffffffffffff))').out).toBe(
      '1099511627776 -9223372036854775808 4611686018427387904 -1 9223372036854775807\n',
    );
    expect(shell('a=9007199254740993; echo $((a*3)) $((a%10)) $((-7/2)) $((16#ff)) $((010))').out).toBe(
      '27021597764222979 3 -3 255 8\n',
    );
  });

  it('gives files the bits that its umask leaves, and its children have the same', () => {
    expect(
      shell('umask; cd /tmp; umask 027; umask; umask -S; touch a; mkdir d; > b; ls -ld a b d | cut -c1-10').out,
    ).toBe('0022\n0027\nu=rwx,g=rx,o=\n-rw-r-----\n-rw-r-----\ndrwxr-x---\n');
    expect(shell('umask u=rwx,go=; umask; (umask 0); umask; umask 99').out).toBe('0077\n0077\n');
  });

  it('runs the trap of CHLD when a child has ended', () => {
    const machine = new TestMachine();
    machine.spawn(['sh', '-c', "trap 'echo gone' CHLD; sleep 1 & wait; echo end"]);
    machine.pass(2000);
    expect(machine.stdout).toBe('gone\nend\n');
  });

  it('ignores what it is told to ignore', () => {
    const machine = new TestMachine();
    machine.spawn(['sh', '-c', "trap '' TERM; while true; do sleep 1; done"]);
    machine.signal('TERM');
    machine.pass(5000);
    expect(machine.ended).toEqual([]);
    machine.signal('KILL');
    expect(machine.ended).toEqual([{ label: 'main', status: 137, signal: 'KILL' }]);
  });

  it('lets time pass in an endless loop of builtins', () => {
    const machine = new TestMachine();
    machine.spawn(['sh', '-c', 'while :; do :; done']);
    machine.pass(1000);
    expect(machine.ended).toEqual([]);
    expect(machine.turn.agenda.length).toBe(1);
  });

  it('has the extras of bash that people type', () => {
    expect(shell('for i in {1..3}; do echo $i; done; [[ abc == a* && 1 -lt 2 ]] && echo yes').out).toBe(
      '1\n2\n3\nyes\n',
    );
    expect(shell('echo ab > /tmp/f; x=$(</tmp/f); echo ${x/a/c} ${x:0:1}; cat <(echo sub); cat <<< here').out).toBe(
      'cb a\nsub\nhere\n',
    );
    expect(shell('x=1; ((x++)); echo $x; function f { echo f; }; f').out).toBe('2\nf\n');
  });
});

describe('an interactive shell', () => {
  it('prompts, asks for more, and survives errors', () => {
    const machine = new TestMachine();
    machine.spawn(['sh', '-i'], { stdin: true, environment: { PS1: '$ ' } });
    machine.type('echo one\n');
    machine.type('for i in a b\n');
    machine.type('do echo $i; done\n');
    machine.type('echo )\n');
    machine.type('x=${y?gone}\n');
    machine.type('false; echo $?\n');
    expect(machine.stdout).toBe('one\na\nb\n1\n');
    expect(machine.stderr).toBe('$ $ > $ sh: syntax error: unexpected ")"\n$ sh: y: gone\n$ $ ');
    machine.type('exit 3\n');
    expect(machine.ended[0]?.status).toBe(3);
  });
});
