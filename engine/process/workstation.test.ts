import { describe, expect, it } from 'vitest';
import { createSession } from '../index.ts';

function typed(text: string) {
  const session = createSession({ nodes: 1, seed: 1 });
  session.advance(5000);
  const memory = () => session.moment().memory('workstation');
  const isBusy = () => memory().get<boolean>('terminal-busy') ?? false;
  const screen = () => {
    let shown = '';
    for (let piece = 0; piece < (memory().get<number>('terminal-count') ?? 0); piece++)
      shown += memory().get<string>(`terminal/${piece}`);
    return shown;
  };
  session.input('workstation', { kind: 'type', text });
  return { session, isBusy, screen };
}

describe('the terminal is busy until the prompt is back', () => {
  it('also while the shell collects what a command substitution writes', () => {
    const { session, isBusy, screen } = typed('echo $(kubectl get nodes -o name | head -1)\n');
    session.step();
    expect(isBusy()).toBe(true);
    session.until(() => !isBusy(), 10_000);
    expect(screen()).toMatch(/\r\nnode\/node-1\r\n\$ $/);
  });

  it('and not while it waits for a line', () => {
    expect(typed('').isBusy()).toBe(false);
    const { session, isBusy } = typed('for name in a b; do\n');
    session.step();
    expect(isBusy()).toBe(false);
  });

  it('until Ctrl-C ends it', () => {
    const { session, isBusy, screen } = typed('x=$(sleep 1000)\n');
    session.advance(1000);
    expect(isBusy()).toBe(true);
    session.input('workstation', { kind: 'type', text: '\x03' });
    session.advance(1000);
    expect(isBusy()).toBe(false);
    expect(screen()).toMatch(/\^C\r\n\$ $/);
  });

  it('and a job that fg brings to the front is ended by it', () => {
    const { session, isBusy, screen } = typed('kubectl get pods -w &\nfg\n');
    session.advance(1000);
    expect(isBusy()).toBe(true);
    session.input('workstation', { kind: 'type', text: '\x03' });
    session.input('workstation', { kind: 'type', text: 'jobs; echo "and $?"\n' });
    session.advance(1000);
    expect(isBusy()).toBe(false);
    expect(screen()).toMatch(/\r\nkubectl get pods -w\r\n(?:No resources.*\r\n)?\^C\r\n\$ jobs; .*\r\nand 0\r\n\$ $/);
  });

  it('also when Ctrl-C ends a program before what it runs', () => {
    const { session, isBusy, screen } = typed('watch -n 1 kubectl get namespaces\n');
    session.advance(20);
    session.input('workstation', { kind: 'type', text: '\x03' });
    session.input('workstation', { kind: 'type', text: 'echo "and $?"\n' });
    session.advance(1000);
    expect(isBusy()).toBe(false);
    expect(screen()).toMatch(/\^C\r\n\$ echo "and \$\?"\r\nand 130\r\n\$ $/);
  });
});

describe('the terminal', () => {
  it('puts in aliases at the beginning of every command, and never within their own text', () => {
    const { session, isBusy, screen } = typed(
      "alias echo='echo the'; alias twice='echo one; echo two'\necho a; echo b | cat && (echo c); twice\n",
    );
    session.until(() => !isBusy(), 10_000);
    expect(screen()).toMatch(/\r\nthe a\r\nthe b\r\nthe c\r\nthe one\r\nthe two\r\n\$ $/);
  });

  it('lists jobs as bash does', () => {
    const { session, isBusy, screen } = typed('sleep 50 &\nsleep 60 &\n(sleep 0; exit 3) &\nsleep 1; jobs\n');
    session.until(() => !isBusy(), 10_000);
    expect(screen()).toContain(
      [
        '[1]   Running                 sleep 50 &',
        '[2]-  Running                 sleep 60 &',
        '[3]+  Exit 3                  (sleep 0; exit 3)',
        '',
      ].join('\r\n'),
    );
  });

  it('takes a line that ends in a backslash together with the next', () => {
    const { session, isBusy, screen } = typed('echo one \\\n');
    session.step();
    expect(isBusy()).toBe(false);
    session.input('workstation', { kind: 'type', text: 'two\n' });
    session.until(() => !isBusy(), 10_000);
    expect(screen()).toMatch(/\r\n> two\r\none two\r\n\$ $/);
  });

  it('asks for each line of a command before it shows it', () => {
    const { session, isBusy, screen } = typed('cat <<EOF\none\ntwo\nEOF\n');
    session.until(() => !isBusy(), 10_000);
    expect(screen()).toMatch(/\$ cat <<EOF\r\n> one\r\n> two\r\n> EOF\r\none\r\ntwo\r\n\$ $/);
  });

  it('is wiped by clear', () => {
    const { session, isBusy, screen } = typed('clear\n');
    session.step();
    session.until(() => !isBusy(), 10_000);
    expect(screen()).toContain('\x1b[2J');
  });
});
