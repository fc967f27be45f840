import type { HelmCommand } from '../command.ts';
import { create, REFUSED, SHOW, version } from './charts.ts';
import { install } from './install.ts';
import { DEPENDENCY, packageChart } from './packages.ts';
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
  packageChart,
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
