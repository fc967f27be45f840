import type { Turn } from '../../sim/turn.ts';
import { admissionFlags } from '../admission/flags.ts';
import type { ApiResponse } from '../request.ts';
import { VERSION } from './version.ts';

const WARNING =
  'Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.';

/** When the process began, in its memory. */
export const STARTED = 'started';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `/statusz` and `/flagz` (`k8s.io/component-base/zpages`): the process, and the flags that it runs with. */
export function debugPage(turn: Turn, path: string, paths: readonly string[]): ApiResponse | undefined {
  if (path === '/statusz') return page('statusz', status(turn, paths));
  return path === '/flagz' ? page('flagz', flags(turn)) : undefined;
}

function page(name: string, lines: readonly string[]): ApiResponse {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return { code: 200, headers, body: `\nkube-apiserver ${name}\n${WARNING}\n\n${lines.join('\n')}\n` };
}

function status(turn: Turn, paths: readonly string[]): readonly string[] {
  const started = turn.memory.get<number>(STARTED) ?? turn.now;
  return [
    `Started: ${unixDate(started)}`,
    `Up: ${upTime(turn.now - started)}`,
    `Go version: ${VERSION.goVersion}`,
    `Binary version: ${VERSION.gitVersion.slice(1)}`,
    `Emulation version: ${VERSION.emulationMajor}.${VERSION.emulationMinor}`,
    `Paths: ${paths.filter((path) => !path.includes('poststarthook')).join(' ')}`,
  ];
}

/** `Thu Jan  1 00:00:00 UTC 2026`, as Go's `time.UnixDate`. */
function unixDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const day = String(date.getUTCDate()).padStart(2);
  return `${WEEKDAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${time} UTC ${date.getUTCFullYear()}`;
}

function upTime(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)} hr ${two(Math.floor(seconds / 60) % 60)} min ${two(seconds % 60)} sec`;
}

/** Only what is simulated has a flag here. */
function flags(turn: Turn): readonly string[] {
  const { enableAdmissionPlugins = [], disableAdmissionPlugins = [] } = admissionFlags(turn);
  return [
    `disable-admission-plugins=[${disableAdmissionPlugins.join(',')}]`,
    `enable-admission-plugins=[${enableAdmissionPlugins.join(',')}]`,
  ];
}
