import { refuse } from '../call.ts';
import { badRequest } from '../errors.ts';
import type { ApiRequest } from '../request.ts';
import { decodeProtobuf, ProtobufError } from './protobuf.ts';
import { WireError } from './wire.ts';

const MEDIA_TYPE = 'application/vnd.kubernetes.protobuf';

/**
 * The request with a body that can be read. Go clients send built-in kinds as protobuf; such a body comes as base64. They
 * take JSON for an answer, so nothing is ever encoded.
 */
export function readable<Request extends ApiRequest>(request: Request): Request {
  const { body, headers } = request;
  if (typeof body !== 'string' || headers?.['content-type']?.startsWith(MEDIA_TYPE) !== true) return request;
  try {
    return { ...request, body: decodeProtobuf(body) };
  } catch (error) {
    if (error instanceof ProtobufError || error instanceof WireError) return refuse(badRequest(error.message));
    throw error;
  }
}
