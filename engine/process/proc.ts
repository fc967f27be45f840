import { capabilityMask } from './credentials.ts';
import type { Draft } from './draft.ts';
import { kernelParameter } from './kernel-parameters.ts';
import { absolutePath } from './paths.ts';
import { mayInspect } from './pid-namespace.ts';
import type { Process } from './process.ts';

/** Files under /proc that tools and people read. Source: proc(5). */
export function specialFile(draft: Draft, reader: Process, path: string): string | undefined {
  const absolute = absolutePath(path, reader.invocation.directory);
  if (absolute.startsWith(PARAMETERS)) return parameterFile(draft, absolute.slice(PARAMETERS.length));
  const match = /^\/proc\/(\d+|self)\/(cmdline|environ|comm|status)$/.exec(absolute);
  if (match === null) return undefined;
  const process = match[1] === 'self' ? reader : draft.visible(Number(match[1]));
  if (process === undefined) return undefined;
  if (match[2] === 'environ' && process !== reader && !mayInspect(reader.credentials, process.credentials))
    return undefined;
  const { argv, environment } = process.invocation;
  if (match[2] === 'cmdline') return argv.map((word) => `${word}\0`).join('');
  if (match[2] === 'environ')
    return Object.entries(environment)
      .map(([key, value]) => `${key}=${value}\0`)
      .join('');
  return match[2] === 'comm' ? `${nameOf(process)}\n` : statusOf(process);
}

const PARAMETERS = '/proc/sys/';

/** `net/ipv4/tcp_syncookies`: a parameter of the kernel as a file. */
function parameterFile(draft: Draft, path: string): string | undefined {
  const value = kernelParameter(draft.machine, path.replaceAll('/', '.'));
  return value === undefined ? undefined : `${value}\n`;
}

function nameOf({ invocation }: Process): string {
  const [path = ''] = invocation.argv;
  return path.slice(path.lastIndexOf('/') + 1).slice(0, 15);
}

function statusOf(process: Process): string {
  const { user, group, groups, capabilities } = process.credentials;
  const four = (id: number): string => [id, id, id, id].join('\t');
  const bounding = capabilityMask(capabilities);
  const effective = capabilityMask(user === 0 ? capabilities : []);
  const lines: readonly (readonly [string, string])[] = [
    ['Name', nameOf(process)],
    ['State', process.ended ? 'Z (zombie)' : 'S (sleeping)'],
    ['Pid', String(process.pid)],
    ['PPid', String(process.parent)],
    ['Uid', four(user)],
    ['Gid', four(group)],
    ['Groups', `${groups.join(' ')} `],
    ['CapInh', capabilityMask([])],
    ['CapPrm', effective],
    ['CapEff', effective],
    ['CapBnd', bounding],
    ['CapAmb', capabilityMask([])],
  ];
  return lines.map(([name, text]) => `${name}:\t${text}\n`).join('');
}
