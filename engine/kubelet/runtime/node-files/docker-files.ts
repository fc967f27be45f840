import { binary } from '../../../process/images/image.ts';
import { imageDocuments } from '../../../process/images/oci.ts';
import { timestamp } from '../../../sim/time.ts';
import { criLines } from '../logs.ts';
import { type Branch, file, folder, folderOf, json, type Twig } from './branch.ts';
import { bundles } from './containerd-files.ts';
import type { Layout, Made, RuntimeState } from './layout.ts';
import { allOf, plain, sandboxFiles } from './made.ts';
import { overlayFolders } from './overlay.ts';
import { nodePid } from './runtime-spec.ts';

const STORE = '/var/lib/docker';
const SOCKET: Twig = { type: 'file', text: '', mode: 0o660 };

/** Where Docker keeps things; the kubelet speaks with it through cri-dockerd. */
export const dockerLayout: Layout = {
  scope: 'docker',
  rootPath: ({ id }) => `${STORE}/overlay2/${id}/merged`,
  sandboxFolder: ({ id }) => `${STORE}/containers/${id}`,
  files: (runtime) => ({
    '/run/containerd': folder({
      'containerd.sock': SOCKET,
      'io.containerd.runtime.v2.task': folder({ moby: bundles(runtime) }),
    }),
    '/usr/bin/docker': binary('docker'),
    '/run/cri-dockerd.sock': SOCKET,
    '/run/docker.sock': SOCKET,
    '/var/run/docker.sock': SOCKET,
    [STORE]: folder({
      containers: folderOf(
        () => allOf(runtime),
        ({ id }) => id,
        (made) => containerFolder(runtime, made),
      ),
      image: folder({
        overlay2: folder({
          imagedb: folder({
            content: folder({
              sha256: folderOf(
                runtime.images,
                ({ id }) => plain(id),
                (image) => file(imageDocuments(image).config),
              ),
            }),
          }),
        }),
      }),
      overlay2: overlayFolders(runtime),
    }),
  }),
};

function containerFolder({ turn }: RuntimeState, made: Made): Branch {
  if (!('argv' in made)) return folder(sandboxFiles(made));
  const { id, argv, imageId, imageName, state, exitCode, startedAt, createdAt } = made;
  return folder({
    'config.v2.json': () =>
      json({
        ID: id,
        Created: timestamp(createdAt),
        Path: argv[0],
        Args: argv.slice(1),
        State: {
          Running: state === 'running',
          Pid: state === 'running' ? nodePid(made) : 0,
          ExitCode: exitCode,
          ...(startedAt > 0 ? { StartedAt: timestamp(startedAt) } : {}),
        },
        Image: imageId,
        Config: { Image: imageName, Tty: made.tty, OpenStdin: made.stdin },
      }),
    [`${id}-json.log`]: () =>
      file(
        criLines(turn.memory, id)
          .map(({ time, stream, text }) => `${JSON.stringify({ log: text, stream, time })}\n`)
          .join(''),
        0o640,
      ),
  });
}
