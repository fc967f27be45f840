/** What differs between two recordings of the same session on real clusters, and what stands for it. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{64}\b/g, '<id>'],
  [/\.[0-9a-f]{16}\b/g, '.<event>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d\b/g, '<time>'],
  [/\b(\d{1,3}\.){3}\d{1,3}\b/g, '<ip>'],
  [/sha256:[0-9a-f]{64}/g, 'sha256:<digest>'],
  [/containerd:\/\/[0-9a-f]{64}/g, 'containerd://<id>'],
  [/resourceVersion: "\d+"/g, 'resourceVersion: "<rv>"'],
  [/"resourceVersion": "\d+"/g, '"resourceVersion": "<rv>"'],
  [/\bkube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-<rand>'],
  [/-(?=[0-9a-f]*\d)[0-9a-f]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-<hash>-<rand>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,10}\b(?!:)/g, '<hash>'],
  [/(?<=[a-z0-9])-[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9-])/g, '-<rand>'],
  [/(?<![\w.-])(<invalid>|(\d+y)?(\d+d)?(\d+h)?(\d+m)?(\d+s)|\d+m|\d+h|\d+d)(?= ago|\s|$|\))/g, '<age>'],
  [/:3[0-2]\d{3}\//g, ':<nodeport>/'],
  [/\b3[0-2]\d{3}(?=\/(TCP|UDP))/g, '<nodeport>'],
  [/nodePort: 3\d{4}/g, 'nodePort: <nodeport>'],
];

/** Which lines of `kubectl explain` are prose, which is not Kubernetes' own here: those that say no field and no value. */
function isProse(line: string, section: string): boolean {
  return line.startsWith('    ') && !line.includes('\t<') && !/^\s*enum: /.test(line) && section !== 'ENUM:';
}

/** One recording has lost a command line, but not what it printed. */
const LOST = /(\$ kubectl top pods\n(?:!.*\n)*\[exit 1\]\n)(?=admissionregistration)/;

/**
 * A transcript as it is compared: without what differs from run to run, runs of blanks as one column gap, the lines of
 * one command's output as a set (kept in order where the command sorts).
 */
export function normalised(transcript: string): string[] {
  const result: string[] = [];
  let block: string[] = [];
  const endBlock = () => {
    const isOrdered = result[result.length - 1]?.includes('--sort-by') ?? false;
    result.push(...(isOrdered ? block : block.sort()));
    block = [];
  };
  let section = '';
  for (const line of transcript.replace(LOST, '$1$ kubectl api-versions\n').split('\n')) {
    if (line.startsWith('#')) continue;
    if (/^\S/.test(line)) section = line;
    const command = result.at(-1) ?? '';
    if (command.startsWith('$ kubectl explain ') && isProse(line, section)) continue;
    // The old layout has the blank lines between paragraphs, too.
    if (command.endsWith('plaintext-openapiv2') && line === '') continue;
    let text = line;
    for (const [pattern, stand] of RULES) text = text.replace(pattern, stand);
    text = text.trimEnd().replace(/ {2,}|\t+/g, '  ');
    if (text.startsWith('$ ')) {
      endBlock();
      result.push(text);
    } else block.push(text);
  }
  endBlock();
  return result;
}

/** Lines that the recorded server's own source in every token volume takes in a printed pod; the recordings leave it out elsewhere. */
const FORKED_LINES = 18;

/** The place of a difference within a printed pod, in the recorded server's words. */
const HUNK = /@@ -(\d+),(\d+) \+(\d+),(\d+) @@/g;

/** Differences of printed pods where they stand without the recorded server's own source in the token volume. */
export function withoutForkedLines(text: string): string {
  return text.replace(HUNK, (_, oldStart, oldLines, newStart, newLines) => {
    return `@@ -${oldStart - FORKED_LINES},${oldLines} +${newStart - FORKED_LINES},${newLines} @@`;
  });
}

/** A recording as an unchanged server would have given it: refused changes of a whole pod show what lies behind that volume. */
export function unforked(recording: string): string {
  return recording.replace(/ spec: Forbidden: pod updates .*\n.*/g, withoutForkedLines);
}
