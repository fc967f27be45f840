import { TOOLS_OF_PEOPLE } from '../applets/people.ts';
import type { FileNode } from '../files.ts';
import type { Image } from './catalogue.ts';

/** Programs that only the learner's machine has. */
const OWN_PROGRAMS = ['bash', 'kubectl', ...Object.keys(TOOLS_OF_PEOPLE)];

function binary(program: string): FileNode {
  return { type: 'file', text: '\x7fELF', mode: 0o755, program };
}

/** The file system of the learner's machine; its home folder lies in cells of its own. */
export const WORKSTATION_IMAGE: Image = {
  name: 'workstation',
  tags: ['latest'],
  size: 0,
  environment: {},
  entrypoint: [],
  command: ['bash'],
  directory: '/root',
  user: 0,
  ports: [],
  tools: true,
  files: {
    ...Object.fromEntries(OWN_PROGRAMS.map((name) => [`/usr/local/bin/${name}`, binary(name)])),
  },
};
