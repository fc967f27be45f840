import { AGE, age, column, NAME, type Printer } from './printer.ts';

function count(map: object | undefined): number {
  return Object.keys(map ?? {}).length;
}

export const configMaps: Printer = {
  columns: [NAME, column('Data', 'Number of keys.'), AGE],
  cells: (configMap, now) => [
    configMap.metadata.name,
    count(configMap.data) + count(configMap.binaryData),
    age(configMap, now),
  ],
};

export const secrets: Printer = {
  columns: [NAME, column('Type', 'What the secret is for.'), column('Data', 'Number of keys.'), AGE],
  cells: (secret, now) => [secret.metadata.name, secret.type ?? '', count(secret.data), age(secret, now)],
};

export const serviceAccounts: Printer = {
  columns: [NAME, AGE],
  cells: (account, now) => [account.metadata.name, age(account, now)],
};
