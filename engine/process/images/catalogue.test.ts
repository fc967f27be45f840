import { describe, expect, it } from 'vitest';
import { PROGRAMS } from '../programs.ts';
import { type CatalogueImage, imageNames, imageOf } from './catalogue.ts';
import { imageLayer } from './layer.ts';
import { BASE_DIGEST, digestOf, type ImageLayer, imageDocuments, layerArchive } from './oci.ts';

describe('the catalogue', () => {
  it('has the images of the recordings, and none that failed to pull there', () => {
    for (const name of [
      'nginx:1.25',
      'nginx:1.26',
      'nginx:1.27',
      'busybox:1.36',
      'redis:7',
      'hello-world:latest',
      'httpd:2.4',
      'mysql:8.0',
      'postgres:16',
    ]) {
      expect(imageOf(`docker.io/library/${name}`), name).toBeDefined();
    }
    for (const name of ['nginx:latest', 'nginx:nosuch', 'busybox:latest', 'notloaded:1'])
      expect(imageOf(`docker.io/library/${name}`), name).toBeUndefined();
    expect(imageOf('nosuch.invalid/nginx:1')).toBeUndefined();
  });

  it('gives every image an identity of its own', () => {
    const ids = imageNames().map((name) => imageOf(name)?.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^sha256:[0-9a-f]{64}$/.test(id ?? ''))).toBe(true);
  });

  it('names the layer that images share by its digest', () => {
    const [base] = imageDocuments(imageOf('docker.io/library/nginx:1.25') as CatalogueImage).layers;
    expect(base?.digest).toBe(BASE_DIGEST);
    expect(digestOf(layerArchive(base as ImageLayer))).toBe(BASE_DIGEST);
  });

  it('has a program for every executable, and something to start in every image', () => {
    for (const name of imageNames()) {
      const { entrypoint, command, tools } = imageOf(name) as NonNullable<ReturnType<typeof imageOf>>;
      const { nodes } = imageLayer(name);
      for (const [path, node] of nodes)
        if (node.type === 'file' && node.program !== undefined)
          expect(PROGRAMS, `${name} ${path}`).toHaveProperty([node.program]);
      const start = [...entrypoint, ...command][0] as string;
      const places = start.startsWith('/')
        ? [start]
        : ['/usr/local/bin', '/usr/sbin', '/usr/bin', '/bin'].map((folder) => `${folder}/${start}`);
      expect(
        places.some((place) => nodes.get(place)?.type === 'file'),
        name,
      ).toBe(true);
      expect(nodes.has('/bin/sh')).toBe(tools);
    }
  });

  it('lists the folders above the files of an image', () => {
    const { nodes, children } = imageLayer('docker.io/library/nginx:1.25');
    expect(nodes.get('/usr/share/nginx/html')).toEqual({ type: 'directory', mode: 0o755 });
    expect(children.get('/usr/share/nginx/html')).toEqual(['index.html']);
    expect(nodes.get('/tmp')).toEqual({ type: 'directory', mode: 0o1777 });
  });
});
