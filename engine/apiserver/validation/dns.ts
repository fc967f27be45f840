import type { Fields } from '../kinds/fields.ts';
import { ipAddress } from './addresses.ts';
import { type ErrorList, invalid, notSupported, required } from './field.ts';
import { dnsSubdomainWithUnderscore } from './names.ts';

const POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 32;
const MOST_SEARCH_CHARACTERS = 2048;

/** `dnsPolicy` and `dnsConfig` of a pod spec. */
export function validateDns(spec: Fields, path: string, errors: ErrorList): void {
  const { dnsPolicy, dnsConfig } = spec;
  if (!dnsPolicy) errors.push(required(`${path}.dnsPolicy`));
  else if (!POLICIES.includes(dnsPolicy)) errors.push(notSupported(`${path}.dnsPolicy`, dnsPolicy, POLICIES));
  if (dnsPolicy === 'None' && dnsConfig === undefined) {
    errors.push(required(`${path}.dnsConfig`, 'must provide `dnsConfig` when `dnsPolicy` is None'));
  } else if (dnsPolicy === 'None' && (dnsConfig.nameservers?.length ?? 0) === 0) {
    const text = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    errors.push(required(`${path}.dnsConfig.nameservers`, text));
  } else if (dnsConfig !== undefined) validateDnsConfig(dnsConfig, `${path}.dnsConfig`, errors);
}

function validateDnsConfig(config: Fields, path: string, errors: ErrorList): void {
  const nameservers: readonly string[] = config.nameservers ?? [];
  if (nameservers.length > MOST_NAMESERVERS)
    errors.push(invalid(`${path}.nameservers`, nameservers, `must not have more than ${MOST_NAMESERVERS} nameservers`));
  nameservers.forEach((server, index) => {
    for (const text of ipAddress(server)) errors.push(invalid(`${path}.nameservers[${index}]`, server, text));
  });
  const searches: readonly string[] = config.searches ?? [];
  if (searches.length > MOST_SEARCHES)
    errors.push(invalid(`${path}.searches`, searches, `must not have more than ${MOST_SEARCHES} search paths`));
  if (searches.join(' ').length > MOST_SEARCH_CHARACTERS) {
    errors.push(
      invalid(
        `${path}.searches`,
        searches,
        `must not have more than ${MOST_SEARCH_CHARACTERS} characters (including spaces) in the search list`,
      ),
    );
  }
  searches.forEach((search, index) => {
    if (search === '.') return;
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    for (const text of dnsSubdomainWithUnderscore(name)) errors.push(invalid(`${path}.searches[${index}]`, name, text));
  });
  (config.options ?? []).forEach((option: Fields, index: number) => {
    if (!option.name) errors.push(required(`${path}.options[${index}]`, 'must not be empty'));
  });
}
