import type { Command } from '../command.ts';
import { get } from './get.ts';

/** All commands, in the order in which kubectl registers them (it decides the order of suggestions). */
export const COMMANDS: readonly Command[] = [get];
