import { expect, it } from 'vitest';
import { shell } from '../testing.ts';

it('runs', () => {
  console.log(shell('echo hi; x=$(echo a; echo b); echo "$x"; for i in 1 2 3; do echo $i; done; exit 3'));
  console.log(shell('echo hi | cat; sleep 3; (echo sub; exit 4); echo $?; nosuch; echo $?'));
});
