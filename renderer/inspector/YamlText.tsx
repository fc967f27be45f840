import { memo } from 'react';

const LINE = /^(\s*(?:- )*)([^\s:#][^:]*:)?(\s.*)?$/;

/** YAML, read-only, keys set off from values. */
export const YamlText = memo(function YamlText({ text }: { readonly text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <pre className="code" tabIndex={0}>
      {text.split('\n').map((line, index) => {
        const [, indent = '', key, value] = LINE.exec(line) ?? ['', '', undefined, line];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
          <span key={index}>
            {key === undefined ? line : indent}
            {key === undefined ? null : <span className="code-key">{key}</span>}
            {key === undefined ? null : value}
            {'\n'}
          </span>
        );
      })}
    </pre>
  );
});
