/**
 * The recordings were made with kubectl 1.36.2; the newest one on the npm registry is 1.35.2. What the older client itself
 * says otherwise, whatever server it talks to: pattern in the recording, and what the older one prints.
 */
const RULES: readonly (readonly [RegExp, string])[] = [
  // `rollout undo` warns of `apply` since 1.36.
  [/^! Warning: resource \S+ was previously managed with 'kubectl apply'\. Rolling back .*\n/gm, ''],
  // `exec`, `attach` and `logs` tell the containers of the pod since 1.36.
  [
    /(\$ kubectl exec .*\n)! error: container (\S+) is not valid for pod (\S+) out of: .*/g,
    '$1! Error from server (BadRequest): container $2 is not valid for pod $3',
  ],
  [
    /(\$ kubectl attach .*\n)! error: cannot attach to the container: container (\S+) is not valid for pod (\S+) out of: .*/g,
    '$1! error: cannot attach to the container: container $2 not found in pod $3',
  ],
  [/^(! error: container \S+ is not valid for pod \S+) out of: .*/gm, '$1'],
  // `exec` repeats the server's words after a refused upgrade.
  [
    /^! error: unable to upgrade connection: (pod \S+ does not have a host assigned)/gm,
    '! Error from server (BadRequest): $1',
  ],
  // `describe cronjob` tells a time zone that is not set since 1.36.
  [/^Time Zone: +<unset>\n/gm, ''],
  // A dry run of the client is never `unchanged`.
  [/(\$ kubectl apply .*--dry-run=client.*\n\S+) unchanged \(dry run\)/g, '$1 configured (dry run)'],
  // A patch of a subresource is compared, too.
  [/(\$ kubectl patch .*--subresource=scale .*"replicas":0.*\n.* patched)$/gm, '$1 (no change)'],
  [/^Client Version: v1\.36\.2$/gm, 'Client Version: v1.35.2'],
  [/^Kustomize Version: v5\.8\.1$/gm, 'Kustomize Version: v5.7.1'],
  [
    /"gitVersion": "v1\.36\.2",\n(.*\n)*? *"kustomizeVersion": "v5\.8\.1"/g,
    '"gitVersion": "v1.35.2",\n$1  "kustomizeVersion": "v5.7.1"',
  ],
];

/** What is typed: `debug` has had the profile `general` for its default since 1.36, the older one has to be told. */
export function typedForOlderKubectl(text: string): string {
  return text.replace(/^\$ kubectl debug (?!.*--profile)/gm, '$ kubectl debug --profile=general ');
}

/** A recording as the older kubectl would have made it. */
export function asOlderKubectl(recording: string): string {
  return RULES.reduce((text, [pattern, stand]) => text.replace(pattern, stand), typedForOlderKubectl(recording));
}

/** Lists that kubectl collects from several goroutines come in any order; OpenSSL 3.0 spaces subjects out. */
export function withSortedLists(text: string): string {
  const plain = text
    // On a slow machine a timeout of kubectl's own comes while it still connects.
    .replace(/^! E\d{4} .* reflector\.go.*\n/gm, '')
    // `cp` ends with the archive, however much of what tar said on standard error has come by then.
    .replace(/^(?:! )?tar: .*\n/gm, '')
    .replace(/^subject=.*/gm, (line) => line.replaceAll(' = ', '='))
    .replace(
      /^((?:! )?Warning: )(.*; .*)$/gm,
      (_, head: string, list: string) => head + list.split('; ').sort().join('; '),
    );
  return plain.replace(/\[((?:error when|cannot delete) [^\]]*)\]/g, (_, list: string) => {
    return `[${list
      .split(/, (?=error when|cannot delete)/)
      .sort()
      .join(', ')}]`;
  });
}
