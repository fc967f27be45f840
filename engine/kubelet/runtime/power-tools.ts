import { complain, type Script } from '../../process/program.ts';
import { askServices } from './services.ts';

const OPTIONS = ['-h', '-P', '-H', '-r', '-f', '--reboot', '--poweroff'];

/** `shutdown [-h|-P|-r] now`, `poweroff`, `halt`, `reboot`: has the machine shut down (shutdown(8)). */
export const shutdown: Script = function* ({ argv: [command = '', ...words] }) {
  const name = command.slice(command.lastIndexOf('/') + 1);
  const options = words.filter((word) => word.startsWith('-'));
  const [when = name === 'shutdown' ? '+1' : 'now'] = words.filter((word) => !word.startsWith('-'));
  const unknown = options.find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined || (when !== 'now' && when !== '+0')) {
    yield* complain(`${name}: ${unknown ?? `the time ${when}`} is not simulated; \`${name} now\` is.\n`);
    return 1;
  }
  const isReboot = name === 'reboot' || options.includes('-r') || options.includes('--reboot');
  yield* askServices(isReboot ? 'reboot' : 'poweroff', '');
  return 0;
};
