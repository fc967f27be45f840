import { complain, type FileError, print, type Script, type SelfInformation, type Syscall } from '../program.ts';
import { type AppletTable, isFailure, parseOptions, reasonOf, refuseOption } from './applet.ts';
import { groupNames, idNamed, type Names, userNames } from './names.ts';

const whoami: Script = function* () {
  const { user } = (yield { call: 'self' }) as SelfInformation;
  const name = (yield* userNames())[user];
  if (name === undefined) yield* complain(`whoami: unknown uid ${user}\n`);
  else yield* print(`${name}\n`);
  return name === undefined ? 1 : 0;
};

const named = (id: number, names: Names): string => (names[id] === undefined ? String(id) : `${id}(${names[id]})`);

/** `uid=1000(www) gid=3000 groups=2000,3000` */
const id: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'ugnGr');
  if (options.unknown) return yield* refuseOption('id', options.unknown);
  const { user, group, groups } = (yield { call: 'self' }) as SelfInformation;
  const users = yield* userNames();
  const names = yield* groupNames();
  const all = groups.length === 0 ? [group] : groups;
  const plain = (value: number, table: Names): string =>
    options.flags.has('n') ? (table[value] ?? String(value)) : String(value);
  const line = options.flags.has('u')
    ? plain(user, users)
    : options.flags.has('g')
      ? plain(group, names)
      : options.flags.has('G')
        ? all.map((value) => plain(value, names)).join(' ')
        : `uid=${named(user, users)} gid=${named(group, names)} groups=${all.map((value) => named(value, names)).join(',')}`;
  yield* print(`${line}\n`);
  return 0;
};

interface Owner {
  readonly user?: number;
  readonly group?: number;
}

/** `user`, `user:group`, `:group`; a message for a name that nobody has. */
function* ownerNamed(text: string, isGroup: boolean): Generator<Syscall, Owner | string, unknown> {
  const [first = '', second = ''] = isGroup ? ['', text] : text.split(/[:.]/);
  const user = first === '' ? undefined : yield* idNamed(first, '/etc/passwd');
  if (first !== '' && user === undefined) return `unknown user ${first}`;
  const group = second === '' ? undefined : yield* idNamed(second, '/etc/group');
  if (second !== '' && group === undefined) return `unknown group ${second}`;
  return { ...(user === undefined ? {} : { user }), ...(group === undefined ? {} : { group }) };
}

function* changeOwner(
  name: string,
  path: string,
  owner: Owner,
  isRecursive: boolean,
): Generator<Syscall, number, unknown> {
  const answer = (yield { call: 'changeOwner', path, ...owner }) as FileError | null;
  let status = 0;
  if (answer !== null && isFailure(answer)) {
    yield* complain(`${name}: ${path}: ${reasonOf(answer.error)}\n`);
    status = 1;
  }
  const names = isRecursive ? ((yield { call: 'listDirectory', path }) as readonly string[] | FileError) : [];
  if (isFailure(names)) return status;
  for (const child of names) status |= yield* changeOwner(name, `${path.replace(/\/+$/, '')}/${child}`, owner, true);
  return status;
}

function changing(name: 'chown' | 'chgrp'): Script {
  return function* ({ argv }) {
    const options = parseOptions(argv.slice(1), 'Rhv');
    if (options.unknown) return yield* refuseOption(name, options.unknown);
    const [text = '', ...paths] = options.operands;
    const owner = yield* ownerNamed(text, name === 'chgrp');
    if (typeof owner === 'string') {
      yield* complain(`${name}: ${owner}\n`);
      return 1;
    }
    let status = 0;
    for (const path of paths) status |= yield* changeOwner(name, path, owner, options.flags.has('R'));
    return status;
  };
}

export const identityApplets: AppletTable = { whoami, id, chown: changing('chown'), chgrp: changing('chgrp') };
