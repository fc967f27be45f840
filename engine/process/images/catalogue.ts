import { dnsImages } from './coredns.ts';
import { databaseImages } from './databases.ts';
import type { Image } from './image.ts';
import { metricsServerImages } from './metrics-server.ts';
import { imageDocuments } from './oci.ts';
import { ownImages } from './own.ts';
import { provisionerImages } from './provisioners.ts';
import { sampleImages } from './samples.ts';
import { smallImages } from './small.ts';
import { stressImages } from './stress.ts';
import { webImages } from './web.ts';
import { webhookImages } from './webhook.ts';

/** An image with a tag, as a runtime uses it. */
export interface CatalogueImage extends Image {
  /** Full reference: `docker.io/library/nginx:1.25`. */
  readonly name: string;
  /** `sha256:…` of its configuration: the same for the same image and tag, always. */
  readonly id: string;
}

/**
 * Every image there is. Sizes are those of the real ones on a registry (linux/amd64, compressed), rounded; what is in
 * them are small programs of ours that do the same to the outside. A new image goes into the list of its kind.
 */
const byName: ReadonlyMap<string, CatalogueImage> = new Map(
  [
    ...webImages,
    ...databaseImages,
    ...smallImages,
    ...ownImages,
    ...metricsServerImages,
    ...webhookImages,
    ...provisionerImages,
    ...dnsImages,
    ...stressImages,
    ...sampleImages,
  ].flatMap((entry) =>
    entry.tags.map((tag) => {
      const name = `${entry.name}:${tag}`;
      const image: CatalogueImage = {
        ...entry,
        name,
        get id() {
          return imageDocuments(this).id;
        },
      };
      return [name, image] as const;
    }),
  ),
);

/** Full references of everything that can be pulled, in order of the catalogue. */
export function imageNames(): string[] {
  return [...byName.keys()];
}

/** An image by its full reference; undefined for what is not in the catalogue, such as `latest` of most. */
export function imageOf(name: string): CatalogueImage | undefined {
  return byName.get(name);
}
