import type { Flag } from '../flags.ts';

/** The flags of `debug`. */
export const DEBUG_FLAGS: readonly Flag[] = [
  { name: 'filename', shorthand: 'f', type: 'slice', usage: 'Files that name what to debug' },
  { name: 'arguments-only', type: 'boolean', usage: 'What follows -- are arguments, not the command' },
  { name: 'attach', type: 'boolean', usage: 'Attach to the container once it runs' },
  { name: 'container', shorthand: 'c', type: 'string', usage: 'Name of the container' },
  { name: 'copy-to', type: 'string', usage: 'Make a copy of the pod under this name' },
  { name: 'custom', type: 'string', usage: 'File with fields of a container that go over those of the profile' },
  { name: 'env', type: 'pairs', usage: 'Environment of the container' },
  { name: 'image', type: 'string', usage: 'Image of the container' },
  { name: 'image-pull-policy', type: 'string', usage: 'Always, IfNotPresent or Never' },
  { name: 'keep-annotations', type: 'boolean', usage: 'The copy keeps annotations' },
  {
    name: 'keep-init-containers',
    type: 'boolean',
    default: 'true',
    usage: 'The copy keeps init containers',
  },
  { name: 'keep-labels', type: 'boolean', usage: 'The copy keeps labels' },
  { name: 'keep-liveness', type: 'boolean', usage: 'The copy keeps liveness probes' },
  { name: 'keep-readiness', type: 'boolean', usage: 'The copy keeps readiness probes' },
  { name: 'keep-startup', type: 'boolean', usage: 'The copy keeps startup probes' },
  {
    name: 'profile',
    type: 'string',
    default: 'general',
    usage: 'general, baseline, restricted, netadmin or sysadmin',
  },
  { name: 'quiet', shorthand: 'q', type: 'boolean', usage: 'Say nothing' },
  { name: 'replace', type: 'boolean', usage: 'Delete the pod that was copied' },
  { name: 'same-node', type: 'boolean', usage: 'The copy goes to the same node' },
  { name: 'set-image', type: 'pairs', usage: 'Images of the copy: name=image' },
  {
    name: 'share-processes',
    type: 'boolean',
    default: 'true',
    usage: 'The containers of the copy see each other’s processes',
  },
  { name: 'stdin', shorthand: 'i', type: 'boolean', usage: 'Keep standard input open' },
  { name: 'target', type: 'string', usage: 'Container whose processes are seen' },
  { name: 'tty', shorthand: 't', type: 'boolean', usage: 'Standard input is a terminal' },
];
