import type { AppletTable } from './applet.ts';
import { awkApplets } from './awk.ts';
import { byteApplets } from './bytes.ts';
import { columnApplets } from './columns.ts';
import { diffApplets } from './diff.ts';
import { diskApplets } from './disk.ts';
import { exprApplets } from './expr.ts';
import { fileApplets } from './files.ts';
import { findApplets } from './find.ts';
import { grepApplets } from './grep.ts';
import { identityApplets } from './identity.ts';
import { killApplets } from './kill.ts';
import { networkApplets } from './network.ts';
import { sed } from './sed.ts';
import { shellTools } from './shell-tools.ts';
import { sshApplets } from './ssh.ts';
import { sysctlApplets } from './sysctl.ts';
import { systemApplets } from './system.ts';
import { archiveApplets } from './tar.ts';
import { terminalApplets } from './terminal.ts';
import { textApplets } from './text.ts';
import { tr } from './tr.ts';

/** The small programs that busybox images and the workstation have, by name. Add one in a file of its kind. */
export const applets: AppletTable = {
  ...shellTools,
  ...textApplets,
  ...awkApplets,
  ...grepApplets,
  ...fileApplets,
  ...findApplets,
  ...killApplets,
  ...diffApplets,
  ...exprApplets,
  ...columnApplets,
  ...byteApplets,
  ...diskApplets,
  ...identityApplets,
  ...sysctlApplets,
  ...systemApplets,
  ...networkApplets,
  ...sshApplets,
  ...archiveApplets,
  ...terminalApplets,
  sed,
  tr,
};
