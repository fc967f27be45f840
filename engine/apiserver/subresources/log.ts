import type { LogOptions } from '../../kubelet/api.ts';
import { type Call, isSet, parameter, refuse } from '../call.ts';
import { badRequest, invalid } from '../errors.ts';
import { getObject } from '../storage.ts';
import type { ErrorList } from '../validation/field.ts';
import { nextStream, streamCell } from '../watch.ts';
import { askKubelet, containerOf, refuseAsKubelet } from './containers.ts';
import { openProxy } from './proxy.ts';
import type { SubresourceHandler } from './subresource.ts';

/** A container's output: text, or with `follow` a stream. Source: `pkg/registry/core/pod/strategy.go` (`LogLocation`). */
export const log: SubresourceHandler = {
  resources: ['pods'],
  get(call) {
    const pod = getObject(call);
    const options = logOptions(call);
    const container = containerOf(pod, parameter(call.request, 'container') ?? '');
    if (!pod.spec?.nodeName) return { code: 200, headers: { 'content-type': 'text/plain' }, body: '' };
    const request = { call: 'containerLogs', namespace: call.namespace, pod: call.name, container, options } as const;
    if (!isSet(call.request, 'follow')) {
      const answer = askKubelet(call, pod, request);
      if (answer.code >= 400) refuseAsKubelet(call, answer);
      return { code: 200, headers: { 'content-type': 'text/plain' }, body: answer.text ?? '' };
    }
    const stream = nextStream(call.turn);
    openProxy(call, stream, `kubelet/${pod.spec.nodeName}`);
    const answer = askKubelet(call, pod, { ...request, receiver: { component: call.turn.component, stream } });
    if (answer.code < 400) return { code: 200, stream };
    call.turn.memory.delete(streamCell(stream));
    return refuseAsKubelet(call, answer);
  },
};

/** A number of the query as Go reads it. */
function wholeNumber(call: Call, name: string): number | undefined {
  const text = parameter(call.request, name);
  if (text === undefined) return undefined;
  if (!/^[-+]?\d+$/.test(text)) refuse(badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`));
  return Number(text);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/;

const STREAMS = ['All', 'Stderr', 'Stdout'];

/** Reads and checks `PodLogOptions`. Source: `ValidatePodLogOptions` in `pkg/apis/core/validation`. */
function logOptions(call: Call): LogOptions {
  const { request } = call;
  const tailLines = wholeNumber(call, 'tailLines');
  const limitBytes = wholeNumber(call, 'limitBytes');
  const sinceSeconds = wholeNumber(call, 'sinceSeconds');
  const sinceTime = parameter(request, 'sinceTime');
  const stream = parameter(request, 'stream');
  if (sinceTime !== undefined && !TIME.test(sinceTime)) {
    const shown = JSON.stringify(sinceTime);
    refuse(badRequest(`parsing time ${shown} as "2006-01-02T15:04:05Z07:00": cannot parse ${shown} as "2006"`));
  }
  const errors: ErrorList = [
    ...least('tailLines', tailLines, 0),
    ...least('limitBytes', limitBytes, 1),
    ...(sinceSeconds !== undefined && sinceTime !== undefined
      ? [forbidden('at most one of `sinceTime` or `sinceSeconds` may be specified')]
      : least('sinceSeconds', sinceSeconds, 1)),
    ...streamErrors(stream, tailLines),
  ];
  if (errors.length > 0) refuse(invalid({ group: '', kind: 'PodLogOptions' }, call.name, errors));
  return {
    previous: isSet(request, 'previous'),
    timestamps: isSet(request, 'timestamps'),
    tailLines,
    limitBytes,
    sinceSeconds,
    ...(sinceTime === undefined ? {} : { sinceTime }),
    ...(stream === undefined ? {} : { stream: stream as LogOptions['stream'] }),
  };
}

function least(field: string, value: number | undefined, minimum: number): ErrorList {
  if (value === undefined || value >= minimum) return [];
  const rule = minimum === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
  return [{ type: 'FieldValueInvalid', field, message: `Invalid value: ${value}: ${rule}` }];
}

function streamErrors(stream: string | undefined, tailLines: number | undefined): ErrorList {
  if (stream === undefined) return [];
  if (!STREAMS.includes(stream)) {
    const supported = STREAMS.map((name) => JSON.stringify(name)).join(', ');
    const message = `Unsupported value: ${JSON.stringify(stream)}: supported values: ${supported}`;
    return [{ type: 'FieldValueNotSupported', field: 'stream', message }];
  }
  if (stream === 'All' || tailLines === undefined) return [];
  return [forbidden('`tailLines` and specific `stream` are mutually exclusive for now')];
}

function forbidden(why: string): ErrorList[number] {
  return { type: 'FieldValueForbidden', field: '', message: `Forbidden: ${why}` };
}
