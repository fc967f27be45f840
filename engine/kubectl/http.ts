import { byteLength, firstBytes } from '../process/text.ts';

/** A request as it comes over a connection. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Takes the first whole request off a text; undefined while more of it has to come. */
export function parseHttpRequest(text: string): { readonly request: HttpRequest; readonly rest: string } | undefined {
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) return undefined;
  const [first = '', ...lines] = text.slice(0, end.index).split(/\r?\n/);
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = Number(headers['content-length'] ?? 0);
  const after = text.slice(end.index + end[0].length);
  if (byteLength(after) < length) return undefined;
  const body = firstBytes(after, length);
  const [method = 'GET', target = '/'] = first.split(' ');
  const [path = '/', query = ''] = target.split('?');
  return {
    request: { method, path: decoded(path), query: queryOf(query), headers, body },
    rest: after.slice(body.length),
  };
}

/** What a query says: `a=1&b=x+y`. */
export function queryOf(text: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const pair of text.split('&').filter((part) => part !== '')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    query[decoded(name)] = equals < 0 ? '' : decoded(pair.slice(equals + 1).replaceAll('+', ' '));
  }
  return query;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  301: 'Moved Permanently',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** What a code is called. */
export function reasonOf(code: number): string {
  return REASONS[code] ?? 'Unknown';
}

/** A whole response; `more` are further headers, each with its line end. */
export function httpResponse(code: number, type: string, body: string, more = ''): string {
  return `HTTP/1.1 ${code} ${reasonOf(code)}\r\nContent-Type: ${type}\r\n${more}Content-Length: ${byteLength(body)}\r\n\r\n${body}`;
}

/** The header that tells where to go instead, as a further one of `httpResponse`. */
export function locationLine(headers: Readonly<Record<string, string>> | undefined): string {
  return headers?.location === undefined ? '' : `Location: ${headers.location}\r\n`;
}
