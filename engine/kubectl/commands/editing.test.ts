import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSession } from '../../cluster.ts';
import type { Session } from '../../sim/session.ts';

let session: Session;
let runs = 0;

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode?: number;
}

/** Runs a line; names of files that are new each time become FILE. */
function run(line: string): Output {
  const id = `line-${runs++}`;
  session.input('workstation', { kind: 'run', id, line });
  session.advance(5000);
  const found = session.moment().memory('workstation').get<Output>(`run/${id}`);
  if (found?.exitCode === undefined) throw new Error(`${line} did not end`);
  const named = (text: string) => text.replaceAll(/\/tmp\/kubectl-edit-\d+\.yaml/g, 'FILE');
  return { ...found, stdout: named(found.stdout), stderr: named(found.stderr) };
}

/** An editor: a sh script that is given the file. */
function editing(script: string, line: string): Output {
  session.input('workstation', { kind: 'write-file', path: 'editor.sh', text: `${script}\n` });
  return run(`EDITOR='sh editor.sh' kubectl ${line}`);
}

beforeAll(() => {
  session = createSession({ nodes: 0 });
  session.advance(20_000);
});

beforeEach(() => {
  run('kubectl delete configmap a b; kubectl create configmap a --from-literal=k=1');
  run('kubectl create configmap b --from-literal=k=1');
});

const value = (name: string) => run(`kubectl get configmap ${name} -o jsonpath='{.data.k}'`).stdout;

describe('kubectl edit', () => {
  it('shows several objects as one list, and stores those that were changed', () => {
    const { stdout } = editing(
      `grep -E '^(kind|apiVersion)' $1; awk '!n && sub(/k: "1"/, "k: \\"2\\""){n=1} 1' $1 > x; cat x > $1`,
      'edit configmap a b',
    );
    expect(stdout).toBe('apiVersion: v1\nkind: List\nconfigmap/a edited\nconfigmap/b skipped\n');
    expect([value('a'), value('b')]).toEqual(['2', '1']);
  });

  it('opens the file again with what the server finds wrong with it, and keeps it in the end', () => {
    run('kubectl create deployment d --image=nginx:1.25');
    const { stdout, stderr } = editing(
      `grep '^# \\(dep\\|\\*\\)' $1; sed -i 's/replicas: 1/replicas: -1/' $1`,
      'edit deployment d',
    );
    expect(stdout).toBe(
      '# deployments.apps "d" was not valid:\n# * spec.replicas: Invalid value: -1: must be greater than or equal to 0\n',
    );
    expect(stderr).toBe(
      'error: deployments.apps "d" is invalid\nA copy of your changes has been stored to "FILE"\nerror: Edit cancelled, no valid changes were saved.\n',
    );
  });

  it('says how to go on where somebody else was faster', () => {
    const old = `sed -i 's/resourceVersion: .*/resourceVersion: "1"/; s/k: "1"/k: "2"/' $1`;
    expect(editing(old, 'edit configmap a').stderr).toBe(
      'error: configmaps "a" could not be patched: Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again\nYou can run `kubectl replace -f FILE` to try this update again.\n',
    );
    const gone = `kubectl delete configmap a > /dev/null; sed -i 's/k: "1"/k: "2"/' $1`;
    expect(editing(gone, 'edit configmap a').stderr).toBe(
      'error: configmaps "a" could not be found on the server\nThe edits you made on deleted resources have been saved to "FILE"\n',
    );
  });

  it('takes what is no YAML, or of no known kind, for a syntax error', () => {
    const { stdout, stderr } = editing(`grep syntax $1; sed -i 's/^kind: .*/kind: Nope/' $1`, 'edit configmap a');
    expect(stdout).toBe(
      '# The edited file had a syntax error: unable to recognize "edited-file": no matches for kind "Nope" in version "v1"\n',
    );
    expect(stderr).toContain('error: Edit cancelled, no valid changes were saved.\n');
  });

  it('writes JSON, KYAML and the lines of Windows where it is told to, nothing else', () => {
    expect(editing('head -1 $1', 'edit configmap a -o json').stdout).toBe('{\n');
    expect(editing('tail -1 $1', 'edit configmap a -o kyaml').stdout).toBe('}\n');
    expect(editing('head -1 $1 | grep -c "\r$"', 'edit configmap a --windows-line-endings')).toMatchObject({
      stdout: '1\n',
      stderr: 'Edit cancelled, no changes made.\n',
    });
    expect(editing('true', 'edit configmap a -o name').stderr).toBe(
      'error: unable to match a printer suitable for the output format "name", allowed formats are: json,kyaml,yaml\n',
    );
  });
});

describe('kubectl create --edit', () => {
  const CONFIG = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"1"}}';

  it('creates nothing that was left as it was', () => {
    session.input('workstation', { kind: 'write-file', path: 'a.json', text: CONFIG });
    run('kubectl delete configmap a');
    expect(editing('true', 'create --edit -f a.json').stderr).toBe('Edit cancelled, no changes made.\n');
    expect(editing(`sed -i 's/"1"/"5"/' $1`, 'create --edit -f a.json').stdout).toBe('configmap/a created\n');
    expect(value('a')).toBe('5');
    expect(editing(`sed -i 's/"1"/"6"/' $1`, 'create --edit -f a.json').stderr).toBe(
      'A copy of your changes has been stored to "FILE"\nError from server (AlreadyExists): configmaps "a" already exists\n',
    );
  });
});
