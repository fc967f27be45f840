import { type Implementation, library, type Overload } from './function.ts';
import { EvaluationError, MapValue, Opaque } from './value.ts';

interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

const ABSOLUTE =
  /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?)?(\/[^?#]*|)(?:\?([^#]*))?(?:#.*)?$/;

/** An absolute URI or an absolute path, as Go's `url.ParseRequestURI` takes it. */
function parsed(text: string): Url | undefined {
  const match = ABSOLUTE.exec(text);
  if (match === null || text === '' || [...text].some((letter) => letter < ' ' || letter === '\x7f')) return undefined;
  const [, scheme = '', hostname = '', port = '', path = '', query = ''] = match;
  if (scheme === '' && !text.startsWith('/')) return undefined;
  const host = port === '' ? hostname : `${hostname}:${port}`;
  return { scheme: scheme.toLowerCase(), host, hostname: hostname.replace(/^\[|\]$/g, ''), port, path, query };
}

function url(text: string): Opaque {
  const found = parsed(text);
  if (found !== undefined) return new Opaque('kubernetes.URL', text, found);
  const why = `parse ${JSON.stringify(text)}: invalid URI for request`;
  throw new EvaluationError(`URL parse error during conversion from string: ${why}`);
}

function part(name: keyof Url): Implementation {
  return ({ content }: Opaque) => (content as Url)[name];
}

function escapedPath({ content }: Opaque): string {
  return (content as Url).path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/gu, (character) =>
    encodeURIComponent(character),
  );
}

function query({ content }: Opaque): MapValue {
  const values = new Map<string, string[]>();
  for (const pair of (content as Url).query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
    values.set(name, [...(values.get(name) ?? []), equals < 0 ? '' : decoded(pair.slice(equals + 1))]);
  }
  return new MapValue(values);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

const FUNCTIONS: Readonly<Record<string, Implementation>> = {
  'url: (string) -> kubernetes.URL': url,
  'isURL: (string) -> bool': (text: string) => parsed(text) !== undefined,
  'getScheme: kubernetes.URL.() -> string': part('scheme'),
  'getHost: kubernetes.URL.() -> string': part('host'),
  'getHostname: kubernetes.URL.() -> string': part('hostname'),
  'getPort: kubernetes.URL.() -> string': part('port'),
  'getEscapedPath: kubernetes.URL.() -> string': escapedPath,
  'getQuery: kubernetes.URL.() -> map(string, list(string))': query,
};

/** Source: `k8s.io/apiserver/pkg/cel/library/urls.go`. */
export const URLS: readonly Overload[] = library(FUNCTIONS);
