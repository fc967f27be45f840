import Markdown from 'react-markdown';

/** One sentence of Markdown: code and emphasis, no paragraph. */
export function Inline({ text }: { readonly text: string }) {
  return (
    <Markdown allowedElements={['code', 'em', 'strong', 'a']} unwrapDisallowed>
      {text}
    </Markdown>
  );
}
