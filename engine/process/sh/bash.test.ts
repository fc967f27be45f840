import { describe, expect, it } from 'vitest';
import { shell, TestMachine } from '../testing.ts';

function bash(script: string): { readonly out: string; readonly err: string; readonly status: number | undefined } {
  const machine = new TestMachine('docker.io/library/nginx:1.25');
  machine.spawn(['bash', '-c', script]);
  machine.pass(10_000);
  return { out: machine.stdout, err: machine.stderr, status: machine.ended[0]?.status };
}

// What bash 5.2 prints.
describe('bash', () => {
  it('has arrays', () => {
    expect(bash('a=(1 2 "x y"); echo ${a[1]} ${#a[@]} "${!a[@]}" $a ${a[-1]}; printf "<%s>" "${a[@]}"').out).toBe(
      '2 3 0 1 2 1 x y\n<1><2><x y>',
    );
    expect(bash('a=(1 2); a+=(3); a[7]=z; a[1]+=b; unset "a[0]"; echo "${a[*]}" "${!a[@]}"; declare -p a').out).toBe(
      '2b 3 z 1 2 7\ndeclare -a a=([1]="2b" [2]="3" [7]="z")\n',
    );
    expect(bash('e=(); for q in "${e[@]}"; do echo never; done; echo "${#e[@]}" "${e[0]:-none}"').out).toBe('0 none\n');
    expect(bash('b=(5 6); echo $((b[1]*2)) $((b[0]++)) ${b[0]}; i=1; b[i+1]=x; echo ${b[2]}').out).toBe('12 5 6\nx\n');
  });

  it('has arrays whose keys are words', () => {
    expect(bash('declare -A m=([x]=1); m["a b"]=2; echo ${m[x]} "${m[a b]}" ${#m[@]}; declare -p m').out).toBe(
      '1 2 2\ndeclare -A m=([x]="1" ["a b"]="2" )\n',
    );
  });

  it('edits all elements at once', () => {
    expect(bash('a=(a.yaml b.yaml); echo "${a[@]%.yaml}" "${a[@]/#/-f }" "${a[@]:1}" "${a[@]: -1}"').out).toBe(
      'a b -f a.yaml -f b.yaml b.yaml b.yaml\n',
    );
    expect(bash('x=aBc; echo ${x^^} ${x,,} ${x^}; n=x; echo ${!n}').out).toBe('ABC abc ABc\naBc\n');
  });

  it('keeps what a function declares within it', () => {
    expect(bash('f() { local -a v=("$@"); echo ${#v[@]} ${v[0]}; }; v=(o p); f 1 2 3; echo "${v[@]}"').out).toBe(
      '3 1\no p\n',
    );
    expect(bash('f() { declare w=1; declare -g x=2; }; f; echo "[$w$x]"; declare -r c=(1 2); echo ${c[1]}').out).toBe(
      '[2]\n2\n',
    );
  });

  it('counts', () => {
    const script = 'for ((i=0; i<5; i++)); do ((i==1)) && continue; ((i==3)) && break; echo $i; done; echo end $i';
    expect(bash(script).out).toBe('0\n2\nend 3\n');
    expect(bash('set -e; for ((i=0; i<2; i++)); do echo $i; done; echo ok').out).toBe('0\n1\nok\n');
  });

  it('reads lines and words into arrays, and what a pattern has matched', () => {
    expect(
      bash("mapfile -t l < <(printf 'a\\nb\\n'); echo ${#l[@]} ${l[1]}; read -a w <<< 'one  two'; echo ${w[1]}").out,
    ).toBe('2 b\ntwo\n');
    expect(bash('[[ pod-12 =~ ^([a-z]+)-([0-9]+)$ ]]; echo ${BASH_REMATCH[1]} ${BASH_REMATCH[2]}').out).toBe(
      'pod 12\n',
    );
  });

  it('compares the outputs of commands', () => {
    expect(bash('diff -q <(echo a) <(echo b); diff <(echo a) <(echo a) && echo same').out).toBe(
      'Files /dev/fd/10 and /dev/fd/11 differ\nsame\n',
    );
  });

  it('says what it does not simulate', () => {
    expect(bash('declare -i n=1')).toEqual({
      out: '',
      err: 'bash: declare: -i: not simulated; -a, -A, -g, -p, -r and -x are\n',
      status: 2,
    });
  });
});

it('knows aliases in the substitutions of who types', () => {
  const machine = new TestMachine('docker.io/library/nginx:1.25');
  machine.spawn(['bash', '-i'], { stdin: true, environment: { PS1: '$ ' } });
  machine.type("alias e='echo hi'\n");
  machine.type('echo [$(e)] `e` $(nosuch)\n');
  expect(machine.stdout).toBe('[hi] hi\n');
  expect(machine.stderr).toContain('bash: nosuch: command not found\n');
});

it('a POSIX shell has no arrays', () => {
  expect(shell('a=(1 2)').err).toBe('sh: syntax error: unexpected "("\n');
  expect(shell('for ((i=0;i<1;i++)); do :; done').err).toBe('sh: syntax error: Bad for loop variable\n');
});
