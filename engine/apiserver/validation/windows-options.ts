import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, invalid } from './field.ts';
import { dnsSubdomain } from './names.ts';

const LARGEST_SPEC = 64 * 1024;
const LONGEST_DOMAIN = 256;
const LONGEST_USER = 104;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/;
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const NOT_IN_USER = /["/\\:;|=,+*?<>@[\]]/;

/** `windowsOptions` of a pod's or container's security context (`validateWindowsSecurityContextOptions`). */
export function validateWindowsOptions(options: Fields | undefined, path: string, errors: ErrorList): void {
  if (options === undefined) return;
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (name !== undefined)
    for (const text of dnsSubdomain(name)) errors.push(invalid(`${path}.gmsaCredentialSpecName`, name, text));
  const place = `${path}.gmsaCredentialSpec`;
  if (spec === '') errors.push(invalid(place, spec, 'gmsaCredentialSpec cannot be an empty string'));
  else if (spec !== undefined && spec.length > LARGEST_SPEC)
    errors.push(invalid(place, spec, 'gmsaCredentialSpec size must be under 64 KiB'));
  if (user !== undefined)
    for (const text of userMistakes(user)) errors.push(invalid(`${path}.runAsUserName`, user, text));
}

/** What is wrong with `DOMAIN\user`, of which the domain may be left out. */
function userMistakes(text: string): readonly string[] {
  if (text === '') return ['runAsUserName cannot be an empty string'];
  if (CONTROL.test(text)) return ['runAsUserName cannot contain control characters'];
  const parts = text.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts.at(-1) as string;
  const wrong: string[] = parts.length === 2 ? domainMistakes(parts[0] as string) : [];
  if (user === '') wrong.push("runAsUserName's User cannot be empty");
  else if (user.length > LONGEST_USER)
    wrong.push(`runAsUserName's User length must not be longer than ${LONGEST_USER} characters`);
  if (/^[. ]+$/.test(user)) wrong.push("runAsUserName's User cannot contain only periods or spaces");
  if (NOT_IN_USER.test(user))
    wrong.push(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  return wrong;
}

function domainMistakes(domain: string): string[] {
  const wrong: string[] = [];
  if (domain.length >= LONGEST_DOMAIN)
    wrong.push(`runAsUserName's Domain length must be under ${LONGEST_DOMAIN} characters`);
  if (!NETBIOS.test(domain) && !DNS_NAME.test(domain))
    wrong.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  return wrong;
}

/** Containers that run as processes of a Windows host: all of a pod's or none, on the host's network (`validateWindowsHostProcessPod`). */
export function validateHostProcesses(spec: Fields, path: string, errors: ErrorList): void {
  const ofPod: boolean | undefined = spec.securityContext?.windowsOptions?.hostProcess;
  let containers = 0;
  let processes = 0;
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    ((spec[list] ?? []) as readonly Fields[]).forEach(({ securityContext }, index) => {
      const own: boolean | undefined = securityContext?.windowsOptions?.hostProcess;
      containers++;
      if (own ?? ofPod) processes++;
      if (own === undefined || ofPod === undefined || own === ofPod) return;
      const place = `${path}.${list}[${index}].securityContext.windowsOptions.hostProcess`;
      errors.push(invalid(place, own, `pod hostProcess value must be identical if both are specified, was ${ofPod}`));
    });
  }
  if (processes === 0) return;
  const text = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
  if (processes !== containers) errors.push(invalid(path, '', text));
  if (spec.hostNetwork !== true)
    errors.push(
      invalid(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'),
    );
}
