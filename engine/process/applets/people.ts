import { complain, type Script } from '../program.ts';
import type { AppletTable } from './applet.ts';
import { EDITORS } from './editors.ts';
import { etcdctl } from './etcdctl.ts';
import { jq } from './jq/jq.ts';
import { openssl } from './openssl/openssl.ts';
import { yq } from './yq/yq.ts';

/** A program that people know and that is not simulated: it says so, and what to do instead. */
function missing(name: string, remedy: string): Script {
  return function* () {
    yield* complain(`${name}: not part of this machine. ${remedy}\n`);
    return 1;
  };
}

const EDITOR = 'Edit the file in the editor beside the terminal, or write it with cat > FILE <<EOF.';
const CONTAINERS = 'Its images come from the catalogue; see kubectl for what runs in the cluster.';

/** What people try on their own machine. */
export const TOOLS_OF_PEOPLE: AppletTable = {
  ...EDITORS,
  emacs: missing('emacs', EDITOR),
  code: missing('code', EDITOR),
  git: missing('git', 'Your files are kept with the session.'),
  docker: missing('docker', CONTAINERS),
  crictl: missing('crictl', CONTAINERS),
  etcdctl,
  jq,
  openssl,
  yq,
};
