import type { LogOptions } from '../../kubelet/api.ts';
import { type Call, isSet, parameter, refuse } from '../call.ts';
import { invalid } from '../errors.ts';
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

/** Reads and checks `PodLogOptions`. */
function logOptions(call: Call): LogOptions {
  const errors: ErrorList = [];
  const whole = (name: string, minimum: number): number | undefined => {
    const text = parameter(call.request, name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (value < minimum) {
      const rule = minimum === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
      errors.push({ type: 'FieldValueInvalid', field: name, message: `Invalid value: ${value}: ${rule}` });
    }
    return value;
  };
  const sinceTime = parameter(call.request, 'sinceTime');
  const stream = parameter(call.request, 'stream') as LogOptions['stream'];
  const options: LogOptions = {
    previous: isSet(call.request, 'previous'),
    timestamps: isSet(call.request, 'timestamps'),
    tailLines: whole('tailLines', 0),
    limitBytes: whole('limitBytes', 1),
    sinceSeconds: whole('sinceSeconds', 1),
    ...(sinceTime === undefined ? {} : { sinceTime }),
    ...(stream === undefined ? {} : { stream }),
  };
  if (options.sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.push({
      type: 'FieldValueForbidden',
      field: '',
      message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    });
  }
  if (errors.length > 0) refuse(invalid({ group: '', kind: 'PodLogOptions' }, call.name, errors));
  return options;
}
