export interface YqOptions {
  readonly isAll: boolean;
  readonly isInPlace: boolean;
  readonly isNullInput: boolean;
  readonly isPretty: boolean;
  readonly isHelp: boolean;
  readonly isVersion: boolean;
  readonly hasExitStatus: boolean;
  readonly hasSeparators: boolean;
  /** Whether scalars are printed as they are; without it, as the format has it. */
  readonly isRaw?: boolean;
  readonly indent: number;
  readonly inputFormat?: string;
  readonly outputFormat?: string;
  readonly operands: readonly string[];
}

const FORMATS: Readonly<Record<string, string>> = {
  ...{
    yaml: 'yaml',
    y: 'yaml',
    json: 'json',
    j: 'json',
    props: 'props',
    p: 'props',
    csv: 'csv',
    c: 'csv',
    tsv: 'tsv',
    t: 'tsv',
  },
};

const LONG: Readonly<Record<string, string>> = {
  inplace: 'i',
  'null-input': 'n',
  prettyPrint: 'P',
  'exit-status': 'e',
  'no-doc': 'N',
  unwrapScalar: 'r',
  tojson: 'j',
  'no-colors': 'M',
  colors: 'C',
  help: 'h',
  version: 'V',
  verbose: 'v',
  'output-format': 'o',
  'input-format': 'p',
  indent: 'I',
};

/** Letters that take a value. */
const VALUED = 'opI';
const LETTERS = 'inPeNrjMChVvopI';

export const USAGE = `yq reads YAML and JSON, changes it and prints it.

Usage:
  yq [eval | eval-all] [flags] [expression] [file]...

Examples:
  yq '.spec.replicas' deployment.yaml
  yq -i '.spec.replicas = 3' deployment.yaml
  yq 'select(.kind == "Service") | .metadata.name' all.yaml
  yq eval-all 'select(fileIndex == 0) * select(fileIndex == 1)' base.yaml more.yaml
  kubectl get pods -o yaml | yq '.items[].metadata.name'

Flags:
  -e, --exit-status            fail where nothing is found, or null or false
  -i, --inplace                write the result into the first file
  -I, --indent int             spaces of each level (default 2)
  -n, --null-input             read nothing
  -N, --no-doc                 no --- between documents
  -o, --output-format string   yaml, json, props, csv, tsv
  -p, --input-format string    yaml, json
  -P, --prettyPrint            blocks, and only the quotes that are needed
  -r, --unwrapScalar           print texts without quotes (default true for yaml)
`;

/** Reads the command line; a text is what is wrong with it. */
export function optionsOf(words: readonly string[]): YqOptions | string {
  const isAll = words[0] === 'eval-all' || words[0] === 'ea';
  const rest = isAll || words[0] === 'eval' || words[0] === 'e' ? words.slice(1) : words;
  const given = new Map<string, string>();
  const operands: string[] = [];
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] as string;
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const [name = '', assigned] = word.replace(/^--?/, '').split(/=(.*)/s);
    const letters = word.startsWith('--') ? LONG[name] : name;
    if (letters === undefined) return `unknown flag: --${name}`;
    for (const [place, letter] of [...letters].entries()) {
      if (!LETTERS.includes(letter)) return `unknown shorthand flag: '${letter}' in -${name}`;
      if (!VALUED.includes(letter)) given.set(letter, assigned ?? 'true');
      else {
        const attached = letters.slice(place + 1);
        const value = assigned ?? (attached === '' ? rest[++at] : attached);
        if (value === undefined) return `flag needs an argument: '${letter}' in -${letter}`;
        given.set(letter, value);
        break;
      }
    }
  }
  return chosen(given, operands, isAll);
}

function chosen(given: ReadonlyMap<string, string>, operands: readonly string[], isAll: boolean): YqOptions | string {
  const is = (letter: string) => given.has(letter) && given.get(letter) !== 'false';
  const output = is('j') ? 'json' : given.get('o');
  const input = given.get('p');
  for (const format of [output, input]) {
    if (format === undefined || format === 'auto' || format === 'a') continue;
    if (FORMATS[format] === undefined)
      return `the format '${format}' is not simulated: yaml, json, props, csv and tsv are`;
  }
  const inputFormat = FORMATS[input ?? ''];
  if (inputFormat !== undefined && inputFormat !== 'yaml' && inputFormat !== 'json')
    return `reading '${inputFormat}' is not simulated: yaml and json are`;
  const outputFormat = FORMATS[output ?? ''];
  return {
    isAll,
    isInPlace: is('i'),
    isNullInput: is('n'),
    isPretty: is('P'),
    isHelp: is('h'),
    isVersion: is('V'),
    hasExitStatus: is('e'),
    hasSeparators: !is('N'),
    ...(given.has('r') ? { isRaw: is('r') } : {}),
    indent: Number(given.get('I') ?? 2),
    ...(inputFormat === undefined ? {} : { inputFormat }),
    ...(outputFormat === undefined ? {} : { outputFormat }),
    operands,
  };
}
