import { describe, expect, test } from 'vitest';
import { begin, create, isReady, log, PODS, request, session, shell, until } from '../../kubelet/testing.ts';
import type { KubeObject } from '../../object.ts';
import { candidates } from '../../process/naming.ts';
import { answerRecords } from './records.ts';
import { answerName, type DnsSource } from './zone.ts';

const service = (name: string, spec: object): KubeObject =>
  ({ metadata: { name, namespace: 'default' }, spec }) as unknown as KubeObject;

const SOURCE: DnsSource = {
  services: () => [service('web', { clusterIP: '10.96.0.7' }), service('db', { clusterIP: 'None' })],
  service: (namespace, name) =>
    namespace !== 'default'
      ? undefined
      : {
          web: service('web', {
            clusterIP: '10.96.0.7',
            ports: [
              { name: 'http', port: 80 },
              { name: 'dns', port: 53, protocol: 'UDP' },
            ],
          }),
          db: service('db', { clusterIP: 'None' }),
          alias: service('alias', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
          away: service('away', { type: 'ExternalName', externalName: 'example.com' }),
        }[name],
  slices: (_namespace, name) =>
    name === 'db'
      ? [
          {
            ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
            endpoints: [
              { addresses: ['10.244.0.5'], hostname: 'db-0', conditions: { ready: true } },
              { addresses: ['10.244.0.6'], conditions: { ready: true } },
              { addresses: ['10.244.0.7'], conditions: { ready: false } },
            ],
          } as unknown as KubeObject,
        ]
      : [],
};

test.each([
  ['web.default.svc.cluster.local', ['10.96.0.7']],
  ['WEB.default.svc.cluster.local.', ['10.96.0.7']],
  ['db.default.svc.cluster.local', ['10.244.0.5', '10.244.0.6']],
  ['db-0.db.default.svc.cluster.local', ['10.244.0.5']],
  ['10-244-0-6.db.default.svc.cluster.local', ['10.244.0.6']],
  ['alias.default.svc.cluster.local', ['10.96.0.7']],
  ['away.default.svc.cluster.local', []],
  ['10-244-0-9.default.pod.cluster.local', ['10.244.0.9']],
  ['web.other.svc.cluster.local', []],
  ['web', []],
  ['example.com', []],
])('%s has the addresses %j', (name, addresses) => {
  expect(answerName(SOURCE, name).addresses).toEqual(addresses);
});

test.each([
  ['_http._tcp.web.default.svc.cluster.local', 'SRV', ['0 100 80 web.default.svc.cluster.local.']],
  ['_dns._udp.web.default.svc.cluster.local', 'SRV', ['0 100 53 web.default.svc.cluster.local.']],
  ['_http._udp.web.default.svc.cluster.local', 'SRV', []],
  [
    '_sql._tcp.db.default.svc.cluster.local',
    'SRV',
    ['0 50 5432 db-0.db.default.svc.cluster.local.', '0 50 5432 10-244-0-6.db.default.svc.cluster.local.'],
  ],
  ['away.default.svc.cluster.local', 'CNAME', ['example.com.']],
  ['web.default.svc.cluster.local', 'CNAME', []],
  ['7.0.96.10.in-addr.arpa', 'PTR', ['web.default.svc.cluster.local.']],
  ['5.0.244.10.in-addr.arpa', 'PTR', ['db-0.db.default.svc.cluster.local.']],
  ['web.default.svc.cluster.local', 'AAAA', []],
] as const)('%s has for %s the records %j', (name, type, records) => {
  expect(answerRecords(SOURCE, name, type).records ?? []).toEqual(records);
});

test('names with few dots are looked for in the search domains first', () => {
  const resolver = { nameservers: [], searches: ['a.b', 'c'], options: ['ndots:2'] };
  expect(candidates(resolver, 'x')).toEqual(['x.a.b', 'x.c', 'x']);
  expect(candidates(resolver, 'x.y.z')).toEqual(['x.y.z', 'x.y.z.a.b', 'x.y.z.c']);
  expect(candidates(resolver, 'x.')).toEqual(['x']);
});

describe('a cluster with DNS', () => {
  const COREDNS = '/apis/apps/v1/namespaces/kube-system/deployments/coredns';

  function beginWithDns(): void {
    begin({ addons: ['dns'] });
    session.advance(20_000);
    const { status } = request('GET', COREDNS).body as KubeObject;
    expect(status.readyReplicas).toBe(2);
  }

  test('knows services by name, through the pods of CoreDNS', () => {
    beginWithDns();
    create('web', { image: 'nginx:1.25' });
    request('PATCH', `${PODS}/web`, { metadata: { labels: { app: 'web' } } }, 'application/merge-patch+json');
    request('POST', '/api/v1/namespaces/default/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
    until('web', isReady);
    session.advance(3000);
    create('client', shell('wget -qO- web; nslookup web.default; cat /etc/resolv.conf; wget -qO- nosuch'), {
      restartPolicy: 'Never',
    });
    until('client', ({ status }) => status?.phase === 'Failed', 30);
    expect(log('client')).toMatch(
      /Welcome to nginx!.*\nServer:\t\t10\.96\.0\.10\nAddress:\t10\.96\.0\.10:53\n\n[\s\S]*Name:\tweb\.default\.svc\.cluster\.local\nAddress: 10\.96\.\d+\.\d+\n\nsearch default\.svc\.cluster\.local svc\.cluster\.local cluster\.local\nnameserver 10\.96\.0\.10\noptions ndots:5\nwget: bad address 'nosuch'\n$/,
    );
  });

  test('says more than addresses: ports, aliases, names of addresses', () => {
    beginWithDns();
    request('POST', '/api/v1/namespaces/default/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'away' },
      spec: { type: 'ExternalName', externalName: 'foo.example.com' },
    });
    const questions = [
      'dig +short +search kubernetes.default A',
      'dig +short away.default.svc.cluster.local CNAME',
      'dig +noall +answer +search _https._tcp.kubernetes.default.svc SRV',
      'dig -x 10.96.0.1 +short',
      'dig +short kubernetes A',
      'nslookup -type=srv _https._tcp.kubernetes.default | tail -2',
      'nslookup 10.96.0.1 | tail -2',
    ];
    const image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
    create('client', { ...shell(questions.join('; ')), image }, { restartPolicy: 'Never' });
    until('client', ({ status }) => status?.phase === 'Succeeded', 60);
    expect(log('client')).toBe(
      [
        '10.96.0.1',
        'foo.example.com.',
        '_https._tcp.kubernetes.default.svc.cluster.local.\t\t30\tIN\tSRV\t0 100 443 kubernetes.default.svc.cluster.local.',
        'kubernetes.default.svc.cluster.local.',
        '_https._tcp.kubernetes.default.svc.cluster.local\tservice = 0 100 443 kubernetes.default.svc.cluster.local',
        '',
        '1.0.96.10.in-addr.arpa\tname = kubernetes.default.svc.cluster.local',
        '',
        '',
      ].join('\n'),
    );
  });

  test('has none when CoreDNS is gone', () => {
    beginWithDns();
    request('PATCH', COREDNS, { spec: { replicas: 0 } }, 'application/merge-patch+json');
    session.advance(40_000);
    create('client', shell('nslookup kubernetes.default'), { restartPolicy: 'Never' });
    until('client', ({ status }) => status?.phase === 'Failed', 30);
    expect(log('client')).toBe(';; connection timed out; no servers could be reached\n\n');
  });
});

test('what a pod says of itself is in its files', () => {
  create('own', shell('cat /etc/hosts /etc/resolv.conf; hostname'), {
    restartPolicy: 'Never',
    hostname: 'busy',
    subdomain: 'group',
    hostAliases: [{ ip: '10.1.2.3', hostnames: ['foo.remote', 'bar.remote'] }],
    dnsPolicy: 'None',
    dnsConfig: {
      nameservers: ['192.0.2.1'],
      searches: ['my.dns'],
      options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
    },
  });
  until('own', ({ status }) => status?.phase === 'Succeeded');
  expect(log('own')).toMatch(
    /\n10\.244\.0\.\d+\tbusy\.group\.default\.svc\.cluster\.local\tbusy\n\n# Entries added by HostAliases\.\n10\.1\.2\.3\tfoo\.remote\tbar\.remote\nsearch my\.dns\nnameserver 192\.0\.2\.1\noptions ndots:2 edns0\nbusy\n$/,
  );
});
