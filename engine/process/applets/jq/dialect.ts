/** What jq's grammar and its relatives' differ in. */
export interface Dialect {
  /** A field after a dot; its group is the name. */
  readonly field: RegExp;
  readonly marks: RegExp;
  /** Operators from loosest to tightest. */
  readonly levels: readonly (readonly string[])[];
  /** The level of an object's values: a comma ends them. */
  readonly valueLevel: number;
  readonly rightAssociative: readonly string[];
}

export const JQ: Dialect = {
  field: /^\.([A-Za-z_]\w*)/,
  marks: /^(?:\?\/\/|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|[.[\](){}|,:;=<>+\-*/%?])/,
  levels: [
    ['|'],
    [','],
    ['//'],
    ['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='],
    ['or'],
    ['and'],
    ['==', '!=', '<', '<=', '>', '>='],
    ['+', '-'],
    ['*', '/', '%'],
  ],
  valueLevel: 2,
  rightAssociative: ['//'],
};
