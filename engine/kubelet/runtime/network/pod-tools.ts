import type { Program } from '../../../process/program.ts';
import { ifconfig, route } from './ifconfig.ts';
import { ip } from './ip.ts';

/** Programs that look at the network they are in, in containers and on nodes. */
export const podTools: Readonly<Record<string, Program>> = {
  ip: { script: ip },
  ifconfig: { script: ifconfig },
  route: { script: route },
};
