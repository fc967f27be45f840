import type { HelmCommand } from '../command.ts';
import { create, DEPENDENCY, REFUSED, SHOW, version } from './charts.ts';
import { install } from './install.ts';
import { GET, history, list, status, test, uninstall } from './releases.ts';
import { lint, template } from './template.ts';
import { rollback, upgrade } from './upgrade.ts';

/** All commands of Helm. */
export const COMMANDS: readonly HelmCommand[] = [
  create,
  ...DEPENDENCY,
  ...GET,
  history,
  install,
  lint,
  list,
  rollback,
  ...SHOW,
  status,
  template,
  test,
  uninstall,
  upgrade,
  version,
  ...REFUSED,
];
