/**
 * Links of a page that was fetched through a proxy: those to its own host lead through the proxy again.
 * Source: `apimachinery/pkg/util/proxy/transport.go`.
 */

/** Attributes that hold an address, by element. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  track: ['src'],
  video: ['poster', 'src'],
};

/** A page whose links begin with `prefix`: `/x` -> `/api/v1/namespaces/default/pods/web/proxy/x`. */
export function withProxiedLinks(page: string, prefix: string): string {
  return page.replaceAll(/<([a-z]+)(\s[^<>]*)>/gi, (tag, element: string, attributes: string) => {
    const names = ADDRESSES[element.toLowerCase()];
    if (names === undefined) return tag;
    const changed = attributes.replaceAll(
      /([\w-]+)=("|')(.*?)\2/g,
      (whole, name: string, quote: string, value: string) =>
        names.includes(name.toLowerCase()) ? `${name}=${quote}${proxiedLink(value, prefix)}${quote}` : whole,
    );
    return `<${element}${changed}>`;
  });
}

/** Only what begins at the root of the host is changed, and only once. */
export function proxiedLink(link: string, prefix: string): string {
  const isRooted = link.startsWith('/') && !link.startsWith('//');
  return isRooted && !link.startsWith(prefix) ? `${prefix}${link}` : link;
}
