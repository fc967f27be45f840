import type { FileNode } from '../files.ts';
import type { Image } from './catalogue.ts';

/** Home of the learner, and the working folder of the terminal. */
export const HOME = '/home/learner';

/** Programs that only the learner's machine has. */
const OWN_PROGRAMS = ['bash', 'kubectl', 'jq', 'curl', 'less', 'more', 'nano', 'vim', 'git', 'docker', 'helm', 'openssl'];

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
  directory: HOME,
  user: 1000,
  ports: [],
  tools: true,
  files: {
    [HOME]: { type: 'directory', mode: 0o755 },
    '/etc/hostname': 'workstation\n',
    ...Object.fromEntries(OWN_PROGRAMS.map((name) => [`/usr/local/bin/${name}`, binary(name)])),
  },
};
