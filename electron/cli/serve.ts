import { writeFileSync } from 'node:fs';
import { serveOptions } from '../serve/options.ts';
import { type Serving, serve, servedCluster } from '../serve/serve.ts';

/** Serves a cluster until it is interrupted; then saves its session, where one was asked for. */
export async function serveCluster(argv: readonly string[]): Promise<string> {
  const options = serveOptions(argv);
  const serving = await serve(servedCluster(options), options);
  const path = options.kubeconfig ?? 'orrery.kubeconfig';
  writeFileSync(path, serving.kubeconfig, { mode: 0o600 });
  process.stdout.write(
    `Serving ${serving.url} now. In another terminal:\n\n  export KUBECONFIG=${path}\n  kubectl get nodes\n\nCtrl-C ends it.\n`,
  );
  await interruption();
  return save(serving, options.session);
}

function interruption(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGINT', resolve);
    process.on('SIGTERM', resolve);
  });
}

async function save(serving: Serving, path: string | undefined): Promise<string> {
  await serving.close();
  if (path === undefined) return '';
  writeFileSync(path, serving.served.session.save());
  return `The session is kept in ${path}; \`orrery replay ${path}\` replays it.\n`;
}
