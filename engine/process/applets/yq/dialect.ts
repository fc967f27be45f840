import type { Dialect } from '../jq/dialect.ts';

/**
 * The grammar of mikefarah's yq where it differs from jq's: names may hold hyphens, slashes and wildcards, a pipe binds
 * tighter than `and`, and all arithmetic is of one level. From pkg/yqlib/operation.go and lexer_participle.go of yq 4.
 */
export const YQ: Dialect = {
  field: /^\.([A-Za-z_*](?:[\w\-*@$~]|\/(?!\/))*)/,
  marks: /^(?:\|=|\+=|-=|\*[+?dn]*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|\*[+?dn]+(?=[\s.({[$"])|[.[\](){}|,:;=<>+\-*/%?])/,
  levels: [
    [','],
    ['or', 'and'],
    ['|'],
    ['=', '|=', '+=', '-=', '*=', '*+=', '*d=', '*n=', '/=', '%=', '==', '!=', '<', '<=', '>', '>='],
    ['//', '+', '-', '*', '*+', '*d', '*n', '*+d', '*d+', '*?', '*?+', '*n+', '/', '%'],
  ],
  valueLevel: 1,
  rightAssociative: [],
};
