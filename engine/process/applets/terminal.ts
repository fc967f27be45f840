import { complain, print, type Script } from '../program.ts';
import type { AppletTable } from './applet.ts';

/** `stty size`: rows and columns of the terminal, as scripts ask for them. Other settings are not simulated. */
const stty: Script = function* ({ argv, terminal }) {
  if (terminal === undefined) {
    yield* complain("stty: 'standard input': Inappropriate ioctl for device\n");
    return 1;
  }
  if (argv.length !== 2 || argv[1] !== 'size') {
    yield* complain('stty: only "stty size" is simulated: the line is edited by the window\n');
    return 1;
  }
  yield* print(`${terminal.rows} ${terminal.columns}\n`);
  return 0;
};

/** `tput cols` and `tput lines`. */
const tput: Script = function* ({ argv, terminal }) {
  const { rows, columns } = terminal ?? { rows: 24, columns: 80 };
  const size = argv[1] === 'cols' ? columns : argv[1] === 'lines' ? rows : undefined;
  if (size === undefined) {
    yield* complain(`tput: unknown terminfo capability '${argv[1] ?? ''}'; cols and lines are simulated\n`);
    return argv[1] === undefined ? 2 : 4;
  }
  yield* print(`${size}\n`);
  return 0;
};

/** What asks for the size of the terminal. */
export const terminalApplets: AppletTable = { stty, tput };
