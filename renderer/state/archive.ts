const DATABASE = 'orrery';
const STORE = 'sessions';
const KEY = 'autosave';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB cannot be opened'));
  });
}

async function withStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = act(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
    });
  } finally {
    database.close();
  }
}

/** The session that this browser kept, if any. */
export function readArchive(): Promise<string | undefined> {
  return withStore('readonly', (store) => store.get(KEY) as IDBRequest<string | undefined>);
}

export async function writeArchive(text: string, key = KEY): Promise<void> {
  await withStore('readwrite', (store) => store.put(text, key));
}

/** A session that cannot be opened is not thrown away: it is kept under a name of its own. */
export function setAside(text: string): Promise<void> {
  return writeArchive(text, `unreadable-${new Date().toISOString()}`);
}
