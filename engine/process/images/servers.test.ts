import { describe, expect, it } from 'vitest';
import { createMachine, exchange, signal, spawn } from '../machine.ts';
import { TestMachine } from '../testing.ts';
import { imageOf } from './catalogue.ts';

/** A container of the image, started with the image's own command. */
function container(reference: string, environment: Record<string, string> = {}): TestMachine {
  const machine = new TestMachine(reference);
  const image = imageOf(reference);
  machine.spawn([...(image?.entrypoint ?? []), ...(image?.command ?? [])], {
    environment: { HOSTNAME: 'test', ...environment },
  });
  return machine;
}

/** What a command in the container prints. */
function output(machine: TestMachine, line: string, time = 5_000): string {
  const before = machine.stdout.length + machine.stderr.length;
  machine.spawn(['sh', '-c', `{ ${line}\n} 2>&1`], { label: 'exec' });
  machine.pass(time);
  return (machine.stdout + machine.stderr).slice(before);
}

/** Starts a command in a second container of the same pod. */
function neighbour(
  machine: TestMachine,
  image: string,
  argv: readonly string[],
  environment: Record<string, string> = {},
): void {
  createMachine(machine.turn, { id: 'second', hostname: 'test', image, network: 'm', address: '10.244.0.5' });
  spawn(machine.turn, machine.host, 'second', {
    argv,
    environment: { PATH: '/bin', ...environment },
    directory: '/',
    label: 'second',
  });
}

function probe(machine: TestMachine, port: number, text: string) {
  return exchange(machine.turn, machine.host, 'm', port, text);
}

const BUSYBOX = 'docker.io/library/busybox:1.36';
const NGINX = 'docker.io/library/nginx:1.25';

describe('web servers', () => {
  it('serve the welcome page and print nothing', () => {
    for (const [reference, port] of [
      [NGINX, 80],
      ['docker.io/library/httpd:2.4', 80],
    ] as const) {
      const machine = container(reference);
      expect(output(machine, `wget -qO- localhost:${port}`)).toBe('<h1>Welcome to nginx!</h1>\n');
      expect(machine.stdout).toBe('<h1>Welcome to nginx!</h1>\n');
    }
  });

  it('answer with head and body, HEAD with the head alone', () => {
    const machine = container(NGINX);
    const head =
      'HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 27\r\nConnection: close\r\n\r\n';
    expect(probe(machine, 80, 'GET / HTTP/1.0\r\n\r\n')).toEqual({
      reply: `${head}<h1>Welcome to nginx!</h1>\n`,
      closed: true,
    });
    expect(probe(machine, 80, 'HEAD / HTTP/1.0\r\n\r\n')?.reply).toBe(head);
    expect(probe(machine, 80, 'GET /healthz HTTP/1.0\r\n\r\n')?.reply).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(probe(machine, 80, 'GET /../../../etc/passwd HTTP/1.0\r\n\r\n')?.reply).toMatch(/^HTTP\/1\.1 400 /);
    expect(probe(machine, 80, 'GET /')).toEqual({ reply: '', closed: true });
  });

  it('serve what is put into the folder', () => {
    const machine = container(NGINX);
    output(machine, 'mkdir /usr/share/nginx/html/docs; echo grüezi > /usr/share/nginx/html/docs/index.html');
    expect(output(machine, 'wget -qO- localhost/docs/')).toBe('grüezi\n');
    expect(probe(machine, 80, 'GET /docs HTTP/1.1\r\n\r\n')?.reply).toMatch(
      /^HTTP\/1\.1 301 Moved Permanently\r\n[\s\S]*\r\nLocation: \/docs\/\r\n/,
    );
  });

  it('stay deaf to TERM as first process, and end by KILL', () => {
    const machine = container(NGINX);
    signal(machine.turn, machine.host, 'm', 1, 'TERM');
    expect(machine.ended).toEqual([]);
    expect(output(machine, 'wget -qO- localhost')).toContain('Welcome');
    signal(machine.turn, machine.host, 'm', 1, 'KILL');
    expect(machine.ended.find(({ label }) => label === 'main')).toMatchObject({ status: 137, signal: 'KILL' });
  });

  it('say so when the port is taken', () => {
    const machine = container(NGINX);
    expect(output(machine, 'nginx; echo $?')).toBe(
      'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n1\n',
    );
  });

  it('cost nothing while nobody asks', () => {
    const machine = container(NGINX);
    expect(machine.turn.agenda).toEqual([]);
  });

  it('outlive a client that goes away before the answer', () => {
    const machine = container(NGINX);
    output(machine, 'nc -z localhost 80');
    expect(output(machine, 'wget -qO- localhost')).toContain('Welcome');
  });

  it('of Google say their version', () => {
    expect(output(container('gcr.io/google-samples/hello-app:2.0'), 'wget -qO- localhost:8080')).toBe(
      'Hello, world!\nVersion: 2.0.0\nHostname: test\n',
    );
  });
});

it('agnhost says which of its tasks are not simulated', () => {
  const machine = new TestMachine('registry.k8s.io/e2e-test-images/agnhost:2.53');
  expect(output(machine, '/agnhost guestbook; echo $?')).toMatch(/^agnhost: guestbook is not simulated; .*\n1\n$/);
});

describe('databases', () => {
  it('redis keeps values', () => {
    const machine = container('docker.io/library/redis:7');
    expect(
      output(
        machine,
        'redis-cli ping; redis-cli set k "two words"; redis-cli get k; redis-cli incr n; redis-cli get none; redis-cli nosuch',
      ),
    ).toBe("PONG\nOK\ntwo words\n1\n\nERR unknown command 'nosuch'\n");
    expect(probe(machine, 6379, 'PING\r\nGET k\r\n')?.reply).toBe('+PONG\r\n$9\r\ntwo words\r\n');
    expect(probe(machine, 6379, '*2\r\n$4\r\nECHO\r\n$6\r\n线路\r\n')?.reply).toBe('$6\r\n线路\r\n');
    expect(probe(machine, 6379, 'SET k\r\n')?.reply).toBe("-ERR wrong number of arguments for 'set' command\r\n");
  });

  it('mysql and postgres echo', () => {
    expect(probe(container('docker.io/library/mysql:8.0'), 3306, 'hello\n')?.reply).toBe('hello\n');
    expect(probe(container('docker.io/library/postgres:16'), 5432, 'a\nb')?.reply).toBe('a\nb');
  });
});

describe('images of our own', () => {
  const APP = 'docker.io/orrery/app:1';

  it('app says hello without a script', () => {
    expect(output(container(APP), 'wget -qO- localhost:8080')).toBe('Hello from test\n');
  });

  it('app runs its script for each request', () => {
    const script =
      'if [ "$PATH_INFO" = /busy ]; then echo "Status: 503"; fi; [ "$PATH_INFO" = /fail ] && exit 3; echo "$REQUEST_METHOD $PATH_INFO $QUERY_STRING $(cat)"';
    const machine = container(APP, { APP_SCRIPT: script, PORT: '9000' });
    expect(probe(machine, 9000, 'POST /a?b=c HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody')?.reply).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nPOST \/a b=c body\n$/,
    );
    expect(probe(machine, 9000, 'GET /busy HTTP/1.1\r\n\r\n')?.reply).toMatch(
      /^HTTP\/1\.1 503 Service Unavailable\r\n/,
    );
    expect(probe(machine, 9000, 'GET /fail HTTP/1.1\r\n\r\n')?.reply).toMatch(/^HTTP\/1\.1 500 /);
  });

  it('app answers side by side, and on TERM lets requests end', () => {
    const machine = container(APP, { APP_SCRIPT: 'sleep 2; echo done' });
    neighbour(machine, BUSYBOX, ['sh', '-c', 'wget -qO- localhost:8080 & wget -qO- localhost:8080 & wait']);
    machine.pass(1_000);
    signal(machine.turn, machine.host, 'm', 1, 'TERM');
    expect(machine.ended).toEqual([]);
    machine.pass(1_100);
    expect(machine.stdout).toBe('done\ndone\n');
    expect(machine.ended).toContainEqual({ label: 'main', status: 0 });
  });

  it('crash ends with its code after its time', () => {
    const machine = container('docker.io/orrery/crash:1', { AFTER: '3', CODE: '7' });
    machine.pass(2_900);
    expect(machine.ended).toEqual([]);
    machine.pass(200);
    expect(machine.ended).toEqual([{ label: 'main', status: 7 }]);
  });

  it('load requests at its rate and reports', () => {
    const machine = container(NGINX);
    neighbour(machine, 'docker.io/orrery/load:1', ['/load'], { URL: 'http://localhost', RATE: '2' });
    machine.pass(5_200);
    signal(machine.turn, machine.host, 'm', 1, 'KILL');
    machine.pass(5_500);
    expect(machine.stdout).toBe('21 requests: 11 × 200, 10 × connection refused\n');
    signal(machine.turn, machine.host, 'second', 1, 'TERM');
    expect(machine.ended).toContainEqual({ label: 'second', status: 0 });
  });

  it('load refuses to start without an address', () => {
    const machine = container('docker.io/orrery/load:1');
    expect(machine.stderr).toContain('set URL');
    expect(machine.ended).toEqual([{ label: 'main', status: 1 }]);
  });
});

describe('small images', () => {
  it('hello-world prints, or echoes its arguments', () => {
    expect(container('docker.io/library/hello-world:latest').stdout).toBe('Hello from Docker!\n');
  });

  it('pause ends on TERM', () => {
    const machine = container('registry.k8s.io/pause:3.10');
    machine.pass(3_600_000);
    signal(machine.turn, machine.host, 'm', 1, 'TERM');
    expect(machine.ended).toEqual([{ label: 'main', status: 0 }]);
  });

  it('busybox has its applets and its users, and no curl', () => {
    const machine = new TestMachine();
    machine.spawn(['sleep', 'infinity']);
    expect(output(machine, 'head -1 /etc/passwd; curl localhost')).toBe(
      'root:x:0:0:root:/root:/bin/sh\nsh: curl: not found\n',
    );
  });
});
