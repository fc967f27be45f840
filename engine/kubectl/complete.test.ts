import { describe, expect, it } from 'vitest';
import { type CompletionReader, complete } from './complete.ts';

const reader: CompletionReader = {
  resources: () => [{ name: 'pods' }, { name: 'podtemplates' }, { name: 'deployments' }],
  names: (resource, namespace) =>
    resource === 'nodes' ? ['node-1'] : namespace === 'dev' ? ['dev-1'] : ['web-1', 'web-2'],
  namespaces: () => ['default', 'dev'],
  containers: () => ['main', 'side'],
};
const line = (text: string) => {
  const words = text.split(' ');
  return complete(words.slice(0, -1), words.at(-1) as string, reader);
};

describe('complete', () => {
  it.each([
    ['kubectl desc', ['describe']],
    ['kubectl rollout re', ['restart', 'resume']],
    ['kubectl get po', ['pods', 'podtemplates']],
    ['kubectl get pods,dep', ['pods,deployments']],
    ['kubectl get pods web', ['web-1', 'web-2']],
    ['kubectl get pods web-1 web', ['web-2']],
    ['kubectl get pods -n d', ['default', 'dev']],
    ['kubectl -n dev logs d', ['dev-1']],
    ['kubectl delete pod/web-1 pod/w', ['pod/web-1', 'pod/web-2']],
    ['kubectl get --show-l', ['--show-labels']],
    ['kubectl get -o y', ['yaml']],
    ['kubectl logs web-1 -c s', ['side']],
    ['kubectl drain n', ['node-1']],
    ['kubectl exec web-1 -- l', []],
  ])('%s', (text, expected) => {
    expect(line(text)).toEqual(expected);
  });
});
