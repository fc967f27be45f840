import { complain, now, type Script } from '../../process/program.ts';
import { longTime } from './journal/format.ts';
import { askServices } from './services.ts';

const OPTIONS = ['-h', '-P', '-H', '-r', '-c', '-f', '--reboot', '--poweroff'];

/** `shutdown [-h|-P|-r] now|+5`, `shutdown -c`, `poweroff`, `halt`, `reboot`: has the machine shut down (shutdown(8)). */
export const shutdown: Script = function* ({ argv: [command = '', ...words] }) {
  const name = command.slice(command.lastIndexOf('/') + 1);
  const options = words.filter((word) => word.startsWith('-'));
  const [when = name === 'shutdown' ? '+1' : 'now'] = words.filter((word) => !word.startsWith('-'));
  const minutes = when === 'now' ? 0 : /^\+?\d+$/.test(when) ? Number(when) : undefined;
  const unknown = options.find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined || minutes === undefined) {
    yield* complain(`${name}: ${unknown ?? `the time ${when}`} is not simulated; \`${name} now\` and \`+5\` are.\n`);
    return 1;
  }
  const isReboot = name === 'reboot' || options.includes('-r') || options.includes('--reboot');
  const verb = isReboot ? 'reboot' : 'poweroff';
  if (options.includes('-c')) yield* askServices(verb, '', null);
  else if (minutes === 0) yield* askServices(verb, '');
  else {
    yield* askServices(verb, '', minutes);
    const time = longTime((yield* now()) + minutes * 60_000);
    yield* complain(`${isReboot ? 'Reboot' : 'Shutdown'} scheduled for ${time}, use 'shutdown -c' to cancel.\n`);
  }
  return 0;
};
