import { complain, print, readAll, type Script, type Syscall } from '../../program.ts';
import { isFailure } from '../applet.ts';
import { type Filter, JqSyntaxError, parseJq } from '../jq/parse.ts';
import { isTrue, JqError } from '../jq/value.ts';
import { YQ } from './dialect.ts';
import { documentsOf, emptyDocument, type InputDocument, YamlError } from './documents.ts';
import { type Match, matches } from './evaluate.ts';
import { optionsOf, USAGE, type YqOptions } from './options.ts';
import { printed } from './printing.ts';

type Running<Result> = Generator<Syscall, Result, unknown>;

/** What ends yq; its text goes behind `Error: `. */
class YqFailure extends Error {
  override readonly name = 'YqFailure';
}

/** mikefarah's yq 4, as far as people use it on manifests: YAML and JSON in; YAML, JSON, properties and tables out. */
export const yq: Script = function* ({ argv, environment }) {
  const options = optionsOf(argv.slice(1));
  if (typeof options === 'string') return yield* refused(options);
  if (options.isHelp) {
    yield* print(USAGE);
    return 0;
  }
  if (options.isVersion) {
    yield* print('yq (https://github.com/mikefarah/yq/) version v4.45.1\n');
    return 0;
  }
  try {
    return yield* evaluated(yield* withExpression(options), environment);
  } catch (error) {
    if (error instanceof YqFailure || error instanceof JqError) return yield* refused(error.message);
    if (error instanceof JqSyntaxError) return yield* refused(expressionProblem(error, options.operands[0] ?? ''));
    throw error;
  }
};

function* refused(message: string): Running<number> {
  yield* complain(`Error: ${message}\n`);
  return 1;
}

/** A word that is no function is none that the lexer knows. */
function expressionProblem({ message }: JqSyntaxError, expression: string): string {
  const name = /^(\w+)\/\d+ is not defined$/.exec(message)?.[1];
  if (name === undefined) return 'bad expression, please check expression syntax';
  const at = Math.max(0, expression.indexOf(name));
  return `1:${at + 1}: invalid input text ${JSON.stringify(expression.slice(at))}`;
}

interface Task extends YqOptions {
  readonly expression: string;
  readonly files: readonly string[];
}

/** The first operand is the expression, unless it is the only one and a file. */
function* withExpression(options: YqOptions): Running<Task> {
  const [first, ...rest] = options.operands;
  if (first === undefined) return { ...options, expression: '.', files: [] };
  if (first !== '-') {
    const found = yield { call: 'stat', path: first };
    const isFile = !isFailure(found as object) && (found as { type?: string }).type === 'file';
    if (!isFile || options.isNullInput) return { ...options, expression: first, files: rest };
  }
  return { ...options, expression: '.', files: options.operands };
}

function* evaluated(task: Task, environment: Readonly<Record<string, string>>): Running<number> {
  const program = parseJq(task.expression, YQ);
  const format = task.inputFormat ?? (task.files[0]?.endsWith('.json') ? 'json' : 'yaml');
  const documents = task.isNullInput ? [emptyDocument('', 0)] : yield* read(task, format);
  const found = resultsOf(program, documents, task, environment);
  const text = printed(found, { ...task, outputFormat: task.outputFormat ?? format });
  if (task.isInPlace) yield* replaceFile(task, text);
  else yield* print(text);
  if (!task.hasExitStatus || found.some((match) => isTrue(match.found.value))) return 0;
  throw new YqFailure('no matches found');
}

function resultsOf(
  program: Filter,
  documents: readonly InputDocument[],
  { isAll }: Task,
  environment: Readonly<Record<string, string>>,
): Match[] {
  if (isAll) return matches(program, documents, environment);
  return documents.flatMap((document) => matches(program, [document], environment));
}

function* replaceFile({ files }: Task, text: string): Running<void> {
  const [path] = files;
  if (path === undefined)
    throw new YqFailure('write in place flag only applicable when giving an expression and at least one file');
  const answer = yield { call: 'writeFile', path, text };
  if (isFailure(answer as object)) throw new YqFailure(`open ${path}: permission denied`);
}

function* read({ files }: Task, format: string): Running<InputDocument[]> {
  const documents: InputDocument[] = [];
  for (const [index, path] of (files.length === 0 ? ['-'] : files).entries()) {
    const text = path === '-' ? yield* readAll(0) : ((yield { call: 'readFile', path }) as string | { error: string });
    if (typeof text !== 'string') {
      throw new YqFailure(
        text.error === 'EISDIR' ? `read ${path}: is a directory` : `open ${path}: no such file or directory`,
      );
    }
    try {
      documents.push(...parsed(text, path, index, format));
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      throw new YqFailure(`bad file '${path}': ${error.message}`);
    }
  }
  return documents;
}

/** JSON is read as what it is, so that nothing of its form is kept. */
function parsed(text: string, path: string, index: number, format: string): InputDocument[] {
  const documents = documentsOf(text, path, index);
  return format === 'yaml'
    ? documents
    : documents.map((document) => ({
        ...emptyDocument(path, index, document.value),
        documentIndex: document.documentIndex,
      }));
}
