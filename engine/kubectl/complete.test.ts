import { describe, expect, it } from 'vitest';
import { completeAtOnce } from './complete.ts';
import type { Question } from './complete-arguments.ts';
import { KUBECTL } from './index.ts';

function answers(question: Question): readonly string[] {
  switch (question.ask) {
    case 'resources':
      return ['pods', 'podtemplates', 'deployments.apps'];
    case 'names':
      if (question.resource === 'nodes') return ['node-1'];
      if (question.resource === 'namespaces') return ['default', 'dev'];
      return question.namespace === 'dev' ? ['dev-1'] : ['web-1', 'web-2'];
    case 'containers':
      return ['main', 'side'];
    case 'kind':
      return question.resource === 'pods' ? ['v1', 'Pod'] : [];
    default:
      return ['orrery'];
  }
}

const line = (text: string) => completeAtOnce(KUBECTL, text.split(' ').slice(1), answers);

describe('complete', () => {
  it.each([
    ['kubectl desc', ['describe']],
    ['kubectl rollout re', ['restart', 'resume']],
    ['kubectl get po', ['pods', 'podtemplates']],
    ['kubectl get pods,dep', ['pods,deployments.apps']],
    ['kubectl get pods web', ['web-1', 'web-2']],
    ['kubectl get pods web-1 web', ['web-2']],
    ['kubectl get pods -n d', ['default', 'dev']],
    ['kubectl get pods --namespace=d', ['--namespace=default', '--namespace=dev']],
    ['kubectl -n dev logs d', ['dev-1']],
    ['kubectl delete pod/web-1 pod/w', ['pod/web-2']],
    ['kubectl get --show-l', ['--show-labels']],
    ['kubectl get -o y', ['yaml']],
    ['kubectl logs web-1 -c s', ['side']],
    ['kubectl drain n', ['node-1']],
    ['kubectl rollout restart d', ['deployment', 'daemonset']],
    ['kubectl config use-context o', ['orrery']],
    ['kubectl --context o', ['orrery']],
    ['kubectl explain pods.spec.conta', ['pods.spec.containers']],
    ['kubectl explain pods.spec.containers.imageP', ['pods.spec.containers.imagePullPolicy']],
    ['kubectl create clusterr', ['clusterrole', 'clusterrolebinding']],
    ['kubectl completion b', ['bash']],
    ['kubectl exec web-1 -- l', []],
    ['kubectl __', []],
  ])('%s', (text, expected) => {
    expect(line(text).candidates.map((candidate) => candidate.text)).toEqual(expected);
  });

  it('describes commands and flags, and says where files may follow', () => {
    expect(line('kubectl rollout sta')).toEqual({
      candidates: [{ text: 'status', description: 'Show the status of the rollout' }],
      directive: 4,
    });
    expect(line('kubectl apply -f w').directive).toBe(0);
  });
});
