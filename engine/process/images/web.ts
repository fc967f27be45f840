import { BASH, binary, type Image, image, shellsOf } from './image.ts';

const WELCOME = '<h1>Welcome to nginx!</h1>\n';

/** The folder that nginx serves; httpd's own is a link to it, so that a volume can be mounted at either. */
export const HTML = '/usr/share/nginx/html';
export const HTDOCS = '/usr/local/apache2/htdocs';

/** Google's sample: each version says its own. */
function helloApp(tag: string): Image {
  return image('gcr.io/google-samples/hello-app', [tag], 11, {
    command: ['/hello-app'],
    ports: [8080],
    files: { '/hello-app': binary(`hello-app-${tag}`) },
  });
}

const NGINX_TAGS = [
  'alpine',
  '1.14.2',
  '1.16.1',
  '1.19',
  '1.20',
  '1.21',
  '1.22',
  '1.23',
  '1.24',
  '1.25',
  '1.26',
  '1.27',
  '1.28',
];

const NGINX: Partial<Image> = { command: ['nginx', '-g', 'daemon off;'], ports: [80] };
const NGINX_FILES: Image['files'] = { [`${HTML}/index.html`]: WELCOME, '/usr/sbin/nginx': binary('nginx') };

/** Images of web servers. */
export const webImages: readonly Image[] = [
  ...[...NGINX_TAGS, '1.25-alpine', '1.26-alpine', '1.27-alpine', '1.28-alpine'].map((tag) =>
    image('docker.io/library/nginx', [tag], tag.endsWith('-alpine') ? 20 : 72, {
      ...NGINX,
      files: { ...shellsOf(tag), ...NGINX_FILES, '/usr/bin/curl': binary('curl') },
    }),
  ),
  image('registry.k8s.io/nginx-slim', ['0.8', '0.21', '0.24', '0.26', '0.27'], 41, {
    ...NGINX,
    files: { ...BASH, ...NGINX_FILES },
  }),
  ...['2.4', '2.4-alpine'].map((tag) =>
    image('docker.io/library/httpd', [tag], 58, {
      command: ['httpd-foreground'],
      directory: '/usr/local/apache2',
      ports: [80],
      files: {
        ...shellsOf(tag),
        [`${HTML}/index.html`]: WELCOME,
        [HTDOCS]: { type: 'link', target: HTML },
        '/usr/local/bin/httpd-foreground': binary('httpd'),
      },
    }),
  ),
  helloApp('1.0'),
  helloApp('2.0'),
];
