import { describe, expect, it } from 'vitest';
import { base64OfBytes } from '../../base64.ts';
import { decodeProtobuf, ProtobufError } from './protobuf.ts';
import { WireError } from './wire.ts';

/** A field of a message: a text or a nested message. */
function field(number: number, content: string | readonly number[]): number[] {
  const bytes = typeof content === 'string' ? [...content].map((letter) => letter.charCodeAt(0)) : content;
  return [(number << 3) | 2, bytes.length, ...bytes];
}

function body(apiVersion: string, kind: string, message: readonly number[]): string {
  const unknown = [...field(1, [...field(1, apiVersion), ...field(2, kind)]), ...field(2, message)];
  return base64OfBytes([0x6b, 0x38, 0x73, 0x00, ...unknown]);
}

describe('a body in the protobuf encoding', () => {
  it('becomes the object that JSON would have', () => {
    const port = [...field(1, 'http'), 0x18, 80, ...field(4, [0x08, 1, ...field(3, 'web')])];
    const spec = [...field(1, port), ...field(2, [...field(1, 'app'), ...field(2, 'web')])];
    const service = [...field(1, [...field(1, 'web'), ...field(8, [])]), ...field(2, spec)];
    expect(decodeProtobuf(body('v1', 'Service', service))).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', creationTimestamp: null },
      spec: { ports: [{ name: 'http', port: 80, targetPort: 'web' }], selector: { app: 'web' } },
    });
  });

  it('spreads structs that Go inlines, and writes bytes as base64', () => {
    const volume = [...field(1, 'files'), ...field(2, field(2, [...field(1, 'x')]))];
    const pod = field(2, field(1, volume));
    expect(decodeProtobuf(body('v1', 'Pod', pod))).toMatchObject({
      spec: { volumes: [{ name: 'files', emptyDir: { medium: 'x' } }] },
    });
    const secret = field(2, [...field(1, 'key'), ...field(2, 'hi')]);
    expect(decodeProtobuf(body('v1', 'Secret', secret))).toMatchObject({ data: { key: 'aGk=' } });
  });

  it('finds options in the package of metadata', () => {
    expect(decodeProtobuf(body('apps/v1', 'DeleteOptions', [0x08, 5, ...field(4, 'Background')]))).toMatchObject({
      gracePeriodSeconds: 5,
      propagationPolicy: 'Background',
    });
  });

  it('is refused when it is none', () => {
    expect(() => decodeProtobuf('bm90aGluZw==')).toThrow(ProtobufError);
    expect(() => decodeProtobuf(body('v1', 'Nothing', []))).toThrow('no kind "Nothing" is registered');
    expect(() => decodeProtobuf(body('v1', 'Pod', [0x0a, 90, 1]))).toThrow(WireError);
  });
});
