import { KERNEL_PARAMETERS } from '../kernel-parameters.ts';
import { complain, type FileError, print, type Script } from '../program.ts';
import { type AppletTable, isFailure, parseOptions, refuseOption } from './applet.ts';

/** `sysctl [-n] [-e] NAME...` and `-a`: parameters of the kernel, which are files under /proc/sys. */
const sysctl: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'ane');
  if (options.unknown) return yield* refuseOption('sysctl', options.unknown);
  const names = options.flags.has('a') ? KERNEL_PARAMETERS : options.operands;
  let status = 0;
  for (const name of names) {
    if (name.includes('=')) {
      yield* complain('sysctl: setting values is not simulated: those of a pod are in spec.securityContext.sysctls\n');
      return 1;
    }
    const plain = name.replaceAll('/', '.');
    const text = (yield { call: 'readFile', path: `/proc/sys/${plain.replaceAll('.', '/')}` }) as string | FileError;
    if (!isFailure(text)) yield* print(options.flags.has('n') ? text : `${plain} = ${text}`);
    else if (!options.flags.has('e')) {
      yield* complain(`sysctl: error: '${name}' is an unknown key\n`);
      status = 1;
    }
  }
  return status;
};

export const sysctlApplets: AppletTable = { sysctl };
