import { encoded } from '../apiserver/encoded.ts';
import type { ApiResponse } from '../apiserver/request.ts';
import { escapedJson } from '../kubectl/codec/json.ts';
import { toYaml } from '../kubectl/codec/yaml-write.ts';

/** Paths whose answers the server always indents (`WriteRawJSON` in `k8s.io/apiserver`). */
const INDENTED = new Set(['/', '/version', '/version/']);

/** Clients that are people at a console get JSON that can be read (`isPrettyPrint` in `k8s.io/apiserver`). */
const PEOPLE = /^(curl|Wget|Mozilla\/5\.0)/;

/** The body of an answer, byte for byte as the server writes it to a client. */
export function responseText(response: ApiResponse, path: string, userAgent = ''): string {
  const { body } = response;
  if (body === undefined) return '';
  if (typeof body === 'string') return body;
  if (response.headers?.['content-type']?.startsWith('application/yaml')) return toYaml(body);
  if (INDENTED.has(path)) return JSON.stringify(body, undefined, 2);
  const text = JSON.stringify(encoded(body), undefined, PEOPLE.test(userAgent) ? 2 : 0);
  return PEOPLE.test(userAgent) ? text : `${escapedJson(text)}\n`;
}

/** One event of a watch as a line of its own. */
export function watchLine(event: { readonly type: string; readonly object: object }): string {
  return `${escapedJson(JSON.stringify({ type: event.type, object: encoded(event.object) }))}\n`;
}
