import { imageDocuments } from '../../../process/images/oci.ts';
import { file, folder, folderOf } from './branch.ts';
import type { Layout } from './layout.ts';
import { allOf, pidFile, plain, runningOf, sandboxFiles, specFile } from './made.ts';
import { overlayFolders } from './overlay.ts';

const STORE = '/var/lib/containers/storage';
const RUN = '/run/containers/storage';

/** Where CRI-O keeps things: the storage of `github.com/containers/storage`, which Podman has as well. */
export const crioLayout: Layout = {
  scope: 'crio',
  rootPath: ({ id }) => `${STORE}/overlay/${id}/merged`,
  sandboxFolder: ({ id }) => `${RUN}/overlay-containers/${id}/userdata`,
  files: (runtime) => ({
    '/var/run/crio': folder({ 'crio.sock': { type: 'file', text: '', mode: 0o660 } }),
    '/run/containers': folder({
      storage: folder({
        'overlay-containers': folderOf(
          () => runningOf(runtime),
          ({ id }) => id,
          (made) =>
            folder({
              userdata: folder({
                'config.json': () => specFile(runtime, made),
                pidfile: () => pidFile(made),
                ...('argv' in made ? {} : sandboxFiles(made)),
              }),
            }),
        ),
      }),
    }),
    '/var/lib/containers': folder({
      storage: folder({
        overlay: overlayFolders(runtime),
        'overlay-images': folderOf(
          runtime.images,
          ({ id }) => plain(id),
          (image) => folder({ manifest: () => file(imageDocuments(image).manifest) }),
        ),
        'overlay-containers': folderOf(
          () => allOf(runtime),
          ({ id }) => id,
          (made) => folder({ userdata: folder({ 'config.json': () => specFile(runtime, made) }) }),
        ),
      }),
    }),
  }),
};
