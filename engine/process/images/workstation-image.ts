import { TOOLS_OF_PEOPLE } from '../applets/people.ts';
import { binary, type Image } from './image.ts';

/** Programs that only the learner's machine has. */
const OWN_PROGRAMS = ['kubectl', 'helm', 'curl', 'ssh', ...Object.keys(TOOLS_OF_PEOPLE)];

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
    '/bin/bash': binary('bash'),
    ...Object.fromEntries(OWN_PROGRAMS.map((name) => [`/usr/local/bin/${name}`, binary(name)])),
  },
};
