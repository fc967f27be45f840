import { parseDuration } from '../../go-duration.ts';
import { longFlag } from '../../kubectl/flags.ts';
import { logHeader } from '../../kubectl/log-line.ts';
import { modeText } from '../applets/file-lines.ts';
import {
  complain,
  type FileError,
  type FileInformation,
  type FileSystemInformation,
  type Invocation,
  now,
  print,
  readFile,
  type Script,
  type Syscall,
  sleep,
} from '../program.ts';

type Task = Generator<Syscall, number, unknown>;

function* resolver(keyword: string): Generator<Syscall, readonly string[], unknown> {
  const text = (yield { call: 'readFile', path: '/etc/resolv.conf' }) as string | FileError;
  const lines = typeof text === 'string' ? text.split('\n').map((line) => line.split(/\s+/)) : [];
  return lines.filter(([first]) => first === keyword).flatMap(([, ...words]) => words);
}

function* connect(invocation: Invocation): Task {
  const target = invocation.argv.slice(2).find((word) => !word.startsWith('-')) ?? '';
  const at = target.lastIndexOf(':');
  if (at < 0) {
    yield* complain(`UNKNOWN: address ${target}: missing port in address\n`);
    return 1;
  }
  const timeout = parseDuration(longFlag(invocation.argv, 'timeout') ?? '') ?? 0;
  const answer = (yield {
    call: 'connect',
    host: target.slice(0, at),
    port: Number(target.slice(at + 1)),
    ...(timeout > 0 ? { timeout } : {}),
  }) as number | FileError;
  if (typeof answer === 'number') {
    yield { call: 'close', fds: [answer] };
    return 0;
  }
  const words: Readonly<Record<string, string>> = {
    ETIMEDOUT: 'TIMEOUT',
    ECONNREFUSED: 'REFUSED',
    ENOTFOUND: `DNS: lookup ${target.slice(0, at)}: no such host`,
    EHOSTUNREACH: `OTHER: dial tcp ${target}: connect: no route to host`,
  };
  yield* complain(`${words[answer.error] ?? `OTHER: ${answer.error}`}\n`);
  return 1;
}

const METHODS = ['GET', 'POST', 'PUT'];
const NAMESPACES = ['kube-system', 'default', 'ns'];
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** So many lines of a made-up API server, evenly over a time. */
function* logsGenerator(invocation: Invocation): Task {
  const short = (letter: string) => invocation.argv[invocation.argv.indexOf(`-${letter}`) + 1];
  const isShort = (letter: string) => invocation.argv.includes(`-${letter}`);
  const total = Number(longFlag(invocation.argv, 'log-lines-total') ?? (isShort('t') ? short('t') : 0));
  const duration =
    parseDuration(longFlag(invocation.argv, 'run-duration') ?? (isShort('d') ? (short('d') ?? '') : '')) ?? 0;
  if (total <= 0 || duration <= 0) {
    const what = total <= 0 ? `Invalid total number of lines: ${total}` : 'Invalid duration: 0s';
    yield* complain(`${logHeader(yield* now(), 'F', 'logs_generator.go:77')} ${what}\n`);
    return 255;
  }
  for (let id = 0; id < total; id++) {
    const chance = Math.floor(((yield { call: 'random' }) as number) * 2 ** 32);
    const pick = <T>(list: ArrayLike<T>, divisor: number) => list[Math.floor(chance / divisor) % list.length] as T;
    const name = [1, 27, 729].map((divisor) => pick(LETTERS, divisor)).join('');
    const url = `/api/v1/namespaces/${pick(NAMESPACES, 7)}/pods/${name}`;
    const line = `${id} ${pick(METHODS, 3)} ${url} ${200 + (chance % 400)}`;
    yield* complain(`${logHeader(yield* now(), 'I', 'logs_generator.go:88')} ${line}\n`);
    yield* sleep(duration / total);
  }
  return 0;
}

const NEW_CONTENT = 'mount-tester new file\n';
const TMPFS = 'tmpfs';
/** What `statfs` calls a disk's file system (EXT4_SUPER_MAGIC). */
const DISK = 0xef53;

/** Looks at files as its flags say, in the order of `test/images/agnhost/mounttest/mt.go`. */
function* mountTest(invocation: Invocation): Task {
  yield { call: 'creationMask', mask: 0 };
  let status = 0;
  for (const [flag, look] of LOOKS) {
    const path = longFlag(invocation.argv, flag);
    if (path !== undefined && path !== '' && !(yield* look(path, invocation))) status = 1;
  }
  return status;
}

type Look = (path: string, invocation: Invocation) => Generator<Syscall, boolean, unknown>;

const written = (mode: number): Look =>
  function* (path) {
    const answer = (yield { call: 'writeFile', path, text: NEW_CONTENT, mode }) as FileError | null;
    if (answer === null) return yield* content(path);
    yield* print(`error writing new file "${path}": open ${path}: ${REASONS[answer.error] ?? answer.error}\n`);
    return false;
  };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EROFS: 'read-only file system',
  EISDIR: 'is a directory',
};

function* content(path: string): Generator<Syscall, boolean, unknown> {
  const text = yield* readFile(path);
  const isRead = typeof text === 'string';
  yield* print(
    isRead
      ? `content of file "${path}": ${text}\n`
      : `error reading file content for "${path}": open ${path}: ${REASONS[text.error] ?? text.error}\n`,
  );
  return isRead;
}

const looked = (tell: (path: string, file: FileInformation) => string, follows: boolean): Look =>
  function* (path) {
    const target = follows ? (((yield { call: 'readLink', path }) as string | FileError) ?? path) : path;
    const linked = typeof target === 'string' && target !== path ? `${path.replace(/[^/]*$/, '')}${target}` : path;
    const file = (yield { call: 'stat', path: linked }) as FileInformation | FileError;
    if ('error' in file) {
      yield* print(`error lstat: lstat ${path}: ${REASONS[file.error] ?? file.error}\n`);
      return false;
    }
    yield* print(tell(path, file));
    return true;
  };

const LOOKS: readonly (readonly [string, Look])[] = [
  [
    'fs_type',
    function* (path) {
      const systems = (yield { call: 'fileSystems' }) as readonly FileSystemInformation[];
      const below = systems.filter((each) => path === each.path || path.startsWith(each.path.replace(/\/*$/, '/')));
      const nearest = below.sort((one, other) => other.path.length - one.path.length)[0];
      yield* print(`mount type of "${path}": ${nearest?.source === TMPFS ? TMPFS : DISK}\n`);
      return true;
    },
  ],
  ['new_file_0644', written(0o644)],
  ['new_file_0666', written(0o666)],
  ['new_file_0660', written(0o660)],
  ['new_file_0777', written(0o777)],
  ['file_mode', looked((path, file) => `mode of file "${path}": ${modeText(file)}\n`, true)],
  [
    'file_perm',
    looked((path, file) => `perms of file "${path}": -${modeText({ ...file, type: 'file' }).slice(1)}\n`, true),
  ],
  [
    'file_owner',
    looked((path, { user, group }) => `owner UID of "${path}": ${user}\nowner GID of "${path}": ${group}\n`, true),
  ],
  ['file_content', content],
  [
    'file_content_in_loop',
    function* (path, invocation) {
      const end = (yield* now()) + Number(longFlag(invocation.argv, 'retry_time') ?? 180) * 1000;
      const isPatient = longFlag(invocation.argv, 'break_on_expected_content') === 'false';
      for (let isRead = false; ; ) {
        if ((yield* now()) >= end) return isRead;
        const text = yield* readFile(path);
        isRead = typeof text === 'string';
        if (isRead) yield* print(`content of file "${path}": ${text}\n`);
        else yield* print(`Error reading file ${path}: open ${path}: ${REASONS.ENOENT}, retrying\n`);
        if (!isPatient && isRead && text === NEW_CONTENT) return true;
        if (!isPatient && isRead) yield* print(`Unexpected content. Expected: ${NEW_CONTENT}. Retrying`);
        yield* sleep(2000);
      }
    },
  ],
];

/** What agnhost does besides serving, by its first argument. Source: `test/images/agnhost`. */
export const AGNHOST_TASKS: Readonly<Record<string, Script>> = {
  connect,
  'dns-server-list': function* () {
    yield* print(`${(yield* resolver('nameserver')).join(',')}\n`);
    return 0;
  },
  'dns-suffix': function* () {
    yield* print(`${(yield* resolver('search')).join(',')}\n`);
    return 0;
  },
  'entrypoint-tester': function* ({ argv }) {
    yield* print(`[${argv.join(' ')}]\n`);
    return 0;
  },
  'etc-hosts': function* () {
    const text = yield* readFile('/etc/hosts');
    yield* print(`${typeof text === 'string' ? text : ''}\n`);
    return 0;
  },
  'logs-generator': logsGenerator,
  mounttest: mountTest,
  pause: function* () {
    yield { call: 'handle', caught: ['TERM', 'INT'], ignored: [] };
    yield* print('Paused\n');
    yield { call: 'select', fds: [] };
    return 0;
  },
};
