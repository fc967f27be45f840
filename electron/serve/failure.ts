import type { ApiResponse } from '../../engine/index.ts';

/** `meta/v1 Status` for what this side of the server refuses itself. */
export function failure(code: number, reason: string, message: string): ApiResponse {
  return {
    code,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code },
  };
}
