import { failure } from '../failure.ts';

/** `cpu=100m,memory=64Mi` as a map. */
export function parsePairs(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const [name, value, ...rest] = part.split('=');
    if (!name || value === undefined || rest.length > 0) {
      throw failure(`Invalid argument syntax ${part}, expected <resource>=<value>`);
    }
    result[name] = value;
  }
  return result;
}

/** `app=web,tier=front` as labels. */
export function parseLabels(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const equals = part.indexOf('=');
    if (equals <= 0) throw failure(`unexpected label spec: ${part}`);
    result[part.slice(0, equals)] = part.slice(equals + 1);
  }
  return result;
}

/** `--env NAME=value` flags as env of a container. */
export function parseEnvironment(flags: readonly string[]): { name: string; value: string }[] {
  return flags.map((text) => {
    const equals = text.indexOf('=');
    if (equals <= 0) throw failure(`invalid env: ${text}`);
    return { name: text.slice(0, equals), value: text.slice(equals + 1) };
  });
}

const IMAGE =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[a-z0-9]+:[0-9a-f]{32,})?$/;

/** Is this a reference of an image? Source: `github.com/distribution/reference`. */
export function isImageReference(image: string): boolean {
  return IMAGE.test(image);
}

/** The name a container gets from its image: `registry/nginx:1.25` gives `nginx`. */
export function containerName(image: string): string {
  const last = image.split('/').at(-1) as string;
  return (last.split(/[:@]/)[0] as string).replace(/[^a-zA-Z0-9-]/g, '-').toLowerCase();
}
