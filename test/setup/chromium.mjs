// Finds Chromium, or installs Debian's package where that is possible.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const found = () => process.env.CHROMIUM_PATH ?? PLACES.find((path) => existsSync(path));

/** Installs Debian packages when this machine lets us; tells whether it worked. */
export function installDebianPackages(names) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env: environment, timeout: 10 * 60_000 };
  const install = () =>
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', '-qq', ...names], options).status === 0;
  if (install()) return true;
  spawnSync('apt-get', ['update', '-qq'], options);
  return install();
}

/** The path of a Chromium, or undefined with the reason on standard error. */
export function ensureChromium() {
  if (found()) return found();
  console.error('Installing Chromium (once) …');
  if (installDebianPackages(['chromium', 'fonts-noto-cjk']) && found()) return found();
  console.error('No Chromium here and no way to install one: install Chromium, or set CHROMIUM_PATH to its program.');
  return undefined;
}
