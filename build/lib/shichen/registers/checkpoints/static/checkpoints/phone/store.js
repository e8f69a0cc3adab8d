// The phone's own store: what was entered, the envelopes on their way, what is known of the post. It outlives reloads.

const NAME = "shichen-post";
let opened;

function database() {
  opened ??= new Promise((found, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
      asked.result.createObjectStore("outbox", { keyPath: "place", autoIncrement: true });
      asked.result.createObjectStore("meta");
    };
    asked.onsuccess = () => found(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  return opened;
}

// One transaction: `work` is given its stores and may return a request, whose result is the answer once all is kept.
export async function within(names, mode, work) {
  const base = await database();
  return new Promise((done, failed) => {
    const act = base.transaction(names, mode, { durability: "strict" });
    const asked = work(...names.map((name) => act.objectStore(name)));
    act.oncomplete = () => done(asked instanceof IDBRequest ? asked.result : asked);
    act.onabort = act.onerror = () => failed(act.error);
  });
}

export const meta = (name) => within(["meta"], "readonly", (store) => store.get(name));
export const keep = (name, value) => within(["meta"], "readwrite", (store) => store.put(value, name));
export const entries = () => within(["entries"], "readonly", (store) => store.getAll());
export const outbox = () => within(["outbox"], "readonly", (store) => store.getAll());
export const add = (entry) => within(["entries"], "readwrite", (store) => store.add(entry));

// Take back what is not on its way yet; whether it was still there to be taken.
export async function undo(seq, now) {
  let taken = false;
  await within(["entries"], "readwrite", (store) => {
    const asked = store.get(seq);
    asked.onsuccess = () => {
      if (asked.result?.state !== "held" || asked.result.until <= now) return;
      taken = true;
      store.delete(seq);
    };
  });
  return taken;
}

// An envelope is kept, byte for byte, in the transaction that marks what lies in it.
export const pack = (item, packed) =>
  within(["outbox", "entries"], "readwrite", (box, store) => {
    for (const entry of packed) store.put({ ...entry, state: "packed" });
    return box.add(item);
  });

// The server has it: the envelope goes, and of each entry all but its plate and its people stays for the counters of the shift.
export const sent = (item, mend) =>
  within(["outbox", "entries"], "readwrite", (box, store) => {
    box.delete(item.place);
    for (const seq of item.seqs) {
      const asked = store.get(seq);
      asked.onsuccess = () => {
        if (!asked.result) return;
        const { plate, travellers, ...row } = asked.result.row;
        store.put({ ...asked.result, row, state: mend ? "mend" : "sent" });
      };
    }
  });

export const forget = (before) =>
  within(["entries"], "readwrite", (store) => {
    const asked = store.openCursor();
    asked.onsuccess = () => {
      const here = asked.result;
      if (!here) return;
      if (["sent", "mend"].includes(here.value.state) && here.value.made < before) here.delete();
      here.continue();
    };
  });

// Asks the browser not to clear the store when the phone runs short of room.
export const persist = () => navigator.storage?.persist?.().catch(() => false);
