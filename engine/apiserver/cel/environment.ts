import { ADDRESSES } from './addresses.ts';
import type { Checked } from './ast.ts';
import { AUTHORIZATION } from './authorizer.ts';
import { check } from './checker.ts';
import { CONVERSION } from './conversions.ts';
import { type Program, programOf } from './evaluator.ts';
import { FORMAT } from './formats.ts';
import { libraries, library } from './function.ts';
import { LISTS } from './lists.ts';
import { OPTIONALS } from './optionals.ts';
import { parse } from './parser.ts';
import { type Problem, ProblemError, problemText } from './problem.ts';
import { QUANTITIES } from './quantities.ts';
import { REGEX } from './regex.ts';
import { SEMVERS } from './semvers.ts';
import { STANDARD } from './standard.ts';
import { STRINGS } from './strings.ts';
import { TIME } from './time.ts';
import type { CelType } from './type.ts';
import { URLS } from './urls.ts';

const BASE = [
  STANDARD,
  CONVERSION,
  TIME,
  STRINGS,
  LISTS,
  OPTIONALS,
  REGEX,
  URLS,
  QUANTITIES,
  ADDRESSES,
  FORMAT,
  SEMVERS,
  AUTHORIZATION,
];

/** What every expression in Kubernetes 1.36 may call (`k8s.io/apiserver/pkg/cel/environment/base.go`). */
const LIBRARY = libraries(...BASE);

/** What mutations may call besides. */
const MUTATION_LIBRARY = libraries(
  ...BASE,
  library({
    'jsonpatch.escapeKey: (string) -> string': (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1'),
  }),
);

/** Variables and struct types that an expression knows. */
export interface Declarations {
  readonly variables: Readonly<Record<string, CelType>>;
  readonly structs?: (name: string) => CelType | undefined;
  readonly isMutation?: boolean;
}

/** A compiled expression, or why it is none: `ERROR: <input>:1:5: undefined field 'c' …`. */
export type Compiled =
  | { readonly checked: Checked; readonly program: Program; readonly error?: undefined }
  | { readonly error: string };

/** Reads, checks and compiles an expression. */
export function compileExpression(source: string, declarations: Declarations): Compiled {
  const functions = declarations.isMutation === true ? MUTATION_LIBRARY : LIBRARY;
  const { variables, structs } = declarations;
  try {
    const environment = { variables, library: functions, ...(structs === undefined ? {} : { structs }) };
    const checked = check(parse(source), environment);
    if ('problems' in checked) return { error: problemText(source, sorted(checked.problems)) };
    return { checked, program: programOf(checked, functions) };
  } catch (error) {
    if (error instanceof ProblemError) return { error: problemText(source, [error.problem]) };
    throw error;
  }
}

function sorted(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((one, other) => one.at - other.at);
}
