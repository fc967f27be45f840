import { describe, expect, test } from 'vitest';
import { begin, create, isReady, log, pod, request, session, shell, until } from '../../testing.ts';

function onNode(script: string, node = 'node-1'): string {
  const id = `line-${session.head.step}`;
  session.input('workstation', { kind: 'run', id, line: `ssh ${node} "${script}"` });
  const result = () => session.moment().memory('workstation').get<{ stdout: string; exitCode?: number }>(`run/${id}`);
  session.until(() => result()?.exitCode !== undefined, 60_000);
  return result()?.stdout ?? '';
}

const SERVICES = '/api/v1/namespaces/default/services';

function service(name: string, spec: object): string {
  const answer = request('POST', SERVICES, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: [{ name: 'http', port: 80 }], ...spec },
  });
  expect(answer.code).toBe(201);
  session.advance(3000);
  return (answer.body as { spec: { clusterIP: string } }).spec.clusterIP;
}

const LABELS = { labels: { app: 'web' } };

describe('iptables-save', () => {
  test("shows kube-proxy's rules under the names that the real one gives them", () => {
    const nat = onNode('iptables-save -t nat');
    expect(nat).toContain(
      '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y\n',
    );
    expect(nat.startsWith('*nat\n:PREROUTING ACCEPT [0:0]\n')).toBe(true);
    expect(nat.endsWith('COMMIT\n')).toBe(true);
  });

  test('follows a Service from refusal to its endpoints', () => {
    const address = service('web', { selector: { app: 'web' } });
    expect(onNode('iptables -S KUBE-SERVICES')).toContain(
      `-d ${address}/32 -p tcp -m comment --comment "default/web:http has no endpoints" -m tcp --dport 80 -j REJECT`,
    );
    for (const name of ['one', 'two']) {
      request('POST', '/api/v1/namespaces/default/pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, ...LABELS },
        spec: { containers: [{ name: 'c', image: 'nginx:1.25' }] },
      });
      until(name, isReady);
    }
    session.advance(3000);
    const nat = onNode('iptables-save');
    expect(nat).not.toContain('has no endpoints');
    for (const name of ['one', 'two']) expect(nat).toContain(`-j DNAT --to-destination ${pod(name).status.podIP}:80\n`);
    expect(nat).toContain('-m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-');
  });

  test('tells what comes from outside, with session affinity and local traffic', () => {
    request('POST', '/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', ...LABELS },
      spec: { containers: [{ name: 'c', image: 'nginx:1.25' }] },
    });
    until('web', isReady);
    const ports = [{ port: 80, nodePort: 30_080 }];
    service('web', {
      type: 'NodePort',
      selector: { app: 'web' },
      ports,
      sessionAffinity: 'ClientIP',
      externalTrafficPolicy: 'Local',
    });
    const nat = onNode('iptables-save -t nat');
    expect(nat).toMatch(
      /-A KUBE-NODEPORTS -p tcp -m comment --comment "default\/web" -m tcp --dport 30080 -j KUBE-EXT-(\w{16})\n/,
    );
    expect(nat).toMatch(/-A KUBE-EXT-(\w{16}) -j KUBE-SVL-\1\n/);
    expect(nat).toMatch(/-m recent --rcheck --seconds 10800 --reap --name (KUBE-SEP-\w{16}) .* -j \1\n/);
  });
});

test('ip shows the interfaces and routes that pods and nodes are reached by', () => {
  begin({ nodes: 2 });
  expect(onNode('ip -br addr')).not.toContain('cni0');
  create('one', shell('sleep 600'));
  create('two', shell('sleep 600'));
  until('one', isReady);
  until('two', isReady);
  const node = pod('one').spec.nodeName as string;
  const other = node === 'node-1' ? 'node-2' : 'node-1';
  const range = (pod('one').status.podIP as string).replace(/\.\d+$/, '.0/24');
  const routes = onNode('ip route', node);
  expect(routes).toContain(`${range} dev cni0 proto kernel scope link src ${range.replace('.0/24', '.1')}`);
  expect(onNode('ip route', other)).toContain(`${range} via ${pod('one').status.hostIP} dev eth0`);
  expect(onNode('ip -br link', node).match(/^veth\w{8}@if2/gm)?.length).toBeGreaterThanOrEqual(1);
  expect(onNode('ip link set cni0 down || echo refused')).toBe('refused\n');
});

describe('in a pod', () => {
  test('ip, ifconfig, route and hostname show its own network', () => {
    create(
      'inside',
      shell('ip addr show eth0; ip route; ifconfig eth0; route -n; hostname -i; hostname -f; sleep 900'),
      {
        hostname: 'first',
        subdomain: 'db',
      },
    );
    until('inside', isReady);
    session.advance(1000);
    const ip = pod('inside').status.podIP as string;
    const [a, b, c] = ip.split('.');
    const text = log('inside');
    expect(text).toMatch(/^2: eth0@if\d+: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue/);
    expect(text).toContain(`    inet ${ip}/24 brd ${a}.${b}.${c}.255 scope global eth0\n`);
    expect(text).toContain(
      `default via ${a}.${b}.${c}.1 dev eth0 \n${a}.${b}.${c}.0/24 dev eth0 scope link  src ${ip} \n`,
    );
    expect(text).toContain(`inet addr:${ip}  Bcast:${a}.${b}.${c}.255  Mask:255.255.255.0\n`);
    expect(text).toContain(`0.0.0.0         ${a}.${b}.${c}.1      0.0.0.0         UG    0      0        0 eth0\n`);
    expect(text.endsWith(`${ip}\nfirst.db.default.svc.cluster.local\n`)).toBe(true);
  });

  test('the hosts file has the short name beside the whole, and the node’s lines with hostNetwork', () => {
    const hostAliases = [{ ip: '1.2.3.4', hostnames: ['foo', 'bar'] }];
    const whole = { hostname: 'one', subdomain: 'db', setHostnameAsFQDN: true };
    create('whole', shell('hostname; cat /etc/hosts; sleep 900'), whole);
    create('hosts', shell('cat /etc/hosts; sleep 900'), { hostNetwork: true, hostAliases });
    until('whole', isReady);
    until('hosts', isReady);
    session.advance(1000);
    const name = 'one.db.default.svc.cluster.local';
    expect(log('whole').startsWith(`${name}\n# Kubernetes-managed hosts file.\n`)).toBe(true);
    expect(log('whole').endsWith(`${pod('whole').status.podIP}\t${name}\tone\n`)).toBe(true);
    expect(log('hosts')).toMatch(/^# Kubernetes-managed hosts file \(host network\)\.\n127\.0\.0\.1\tlocalhost\n/);
    expect(log('hosts').endsWith('\n\n# Entries added by HostAliases.\n1.2.3.4\tfoo\tbar\n')).toBe(true);
    expect(onNode('cat /etc/hosts')).toMatch(/^127\.0\.0\.1\tlocalhost\n/);
  });

  test('with hostNetwork they show the node’s', () => {
    create('outside', shell('ip addr; sleep 900'), { hostNetwork: true });
    until('outside', isReady);
    session.advance(1000);
    expect(log('outside')).toContain(`inet ${pod('outside').status.hostIP}/16 `);
  });
});
