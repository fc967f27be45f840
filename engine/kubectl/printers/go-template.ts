import { base64Decode } from '../../base64.ts';
import { Templates } from '../../template/execute.ts';
import { FunctionFailure, ParseFailure } from '../../template/node.ts';
import { isMap, type Method, printed } from '../../template/value.ts';
import { compactJson } from '../codec/json.ts';
import { CommandFailure, failure } from '../failure.ts';

/** What templates are called in messages. */
const NAME = 'output';

/** What kubectl adds to Go's own functions. Source: `k8s.io/cli-runtime/pkg/printers/template.go`. */
const FUNCTIONS: Readonly<Record<string, Method>> = {
  exists: ([value, ...keys]) => exists(value, keys),
  base64decode: ([value]) => {
    const text = base64Decode(String(value));
    if (text === undefined) throw new FunctionFailure('base64 decode failed: illegal base64 data at input byte 0');
    return text;
  },
};

/** A template of `-o go-template`. Throws where it cannot be read. */
export class GoTemplate {
  private readonly text: string;
  private readonly templates: Templates;

  constructor(text: string, allowMissing = true) {
    this.text = text;
    this.templates = new Templates(FUNCTIONS, allowMissing ? 'nothing' : 'failure');
    try {
      this.templates.add(NAME, text);
    } catch (error) {
      if (error instanceof ParseFailure) throw failure(`error parsing template ${text}, ${error.message}`);
      throw error;
    }
  }

  /** The object comes to the template as JSON, where all numbers are floating. Throws after what was written so far. */
  execute(object: unknown): string {
    const json = compactJson(object);
    const data = withoutNull(JSON.parse(json));
    const { text, problem } = this.templates.attempt(NAME, data);
    if (problem === undefined) return text;
    const report = [
      `Error executing template: ${problem}. Printing more information for debugging the template:`,
      `\ttemplate was:\n\t\t${this.text}`,
      `\traw data was:\n\t\t${json}`,
      `\tobject given to template engine was:\n\t\t${printed(data, false)}`,
    ];
    const message = `error: error executing template ${JSON.stringify(this.text)}: ${problem}`;
    throw new CommandFailure(message, 1, `${text}${report.join('\n')}\n\n`);
  }
}

/** Nothing is the same to a template, whether it stands there as `null` or not at all. */
function withoutNull(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutNull);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutNull(item)]));
}

function exists(value: unknown, keys: readonly unknown[]): boolean {
  const found = keys.reduce((at: unknown, key) => {
    if (isMap(at)) return typeof key === 'string' && Object.hasOwn(at, key) ? at[key] : undefined;
    return (Array.isArray(at) || typeof at === 'string') && typeof key === 'bigint' ? at[Number(key)] : undefined;
  }, value);
  return found !== undefined;
}
