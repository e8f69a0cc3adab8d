// Sending: at most fifty entries an envelope, in the order of entry, the same bytes until the server says that it has them.

import * as store from "./store.js";

export const MOST = 50;
const LONGEST = 300; // seconds between two tries
const PATIENCE = 20000; // milliseconds for one answer
const waits = { until: 0, tries: 0 };

const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
export const digest = async (text) => hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

// What has not been confirmed, and since when.
export async function unsent() {
  const all = await store.entries();
  const waiting = all.filter((one) => ["held", "packed"].includes(one.state));
  const foreign = (await store.outbox()).filter((one) => one.seqs.length === 0);
  const oldest = waiting.length ? Math.min(...waiting.map((one) => one.made)) : null;
  return { count: waiting.length + foreign.reduce((sum, one) => sum + one.count, 0), oldest };
}

// Try now, whatever was agreed about waiting: the network is back, or a person asks.
export function hurry() {
  waits.until = 0;
  waits.tries = 0;
}

// Send all there is; one sender at a time, also where the page is open twice. What happened, in a word.
export function flush({ force = false } = {}) {
  if (!force && Date.now() < waits.until) return Promise.resolve("later");
  return navigator.locks.request("shichen-post", { ifAvailable: true }, (lock) => (lock ? sendAll() : "busy"));
}

async function sendAll() {
  if (await store.meta("ended")) return "ended";
  if (await store.meta("stopped")) return "stopped";
  for (;;) {
    const item = (await store.outbox())[0] ?? (await packed(Date.now()));
    if (!item) return "empty";
    const said = await send(item);
    if (said !== "sent") return said;
  }
}

// The next envelope, made of what may no longer be taken back.
export async function packed(now, all = false) {
  const ripe = (await store.entries()).filter((one) => one.state === "held" && (all || one.until <= now));
  const first = ripe.slice(0, MOST);
  if (first.length === 0) return null;
  const device = await store.meta("device");
  const body = JSON.stringify({
    kind: "passing",
    schema: 1,
    device: device.id,
    device_at: new Date(now).toISOString(),
    rows: first.map((one) => one.row),
  });
  const item = { id: crypto.randomUUID(), body, sha256: await digest(body), count: first.length };
  item.seqs = first.map((one) => one.seq);
  item.place = await store.pack(item, first);
  return item;
}

async function send(item) {
  let answer, said;
  try {
    answer = await ask(`/api/v1/submissions/${item.id}`, "PUT", item.body);
    said = await answer.json();
  } catch {
    return later();
  }
  if ((answer.status === 200 || answer.status === 201) && said.sha256 === item.sha256) {
    await store.sent(item, said.to_mend);
    if (said.to_mend) await store.keep("mend", { count: said.to_mend, note: said.note });
    await store.keep("last", new Date().toISOString());
    hurry();
    return "sent";
  }
  if (answer.status === 401 || answer.status === 403) return ended();
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500) return later();
  await store.keep("stopped", { status: answer.status, sentence: said.error?.sentence ?? "" });
  return "stopped";
}

// Somebody gave this phone up: it sends nothing more, and what it has stays for the hand-over.
export async function ended() {
  await store.keep("ended", true);
  return "ended";
}

function later() {
  const seconds = Math.min(LONGEST, 2 ** waits.tries) * (0.5 + Math.random());
  waits.tries += 1;
  waits.until = Date.now() + seconds * 1000;
  return "later";
}

export async function ask(path, method, body) {
  const token = await store.meta("token");
  return fetch(path, {
    method,
    body,
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
}

// Everything unsent as a file: numbers and bytes as they are, so that whoever brings it in counts nothing twice.
export async function exported() {
  while (await packed(Date.now(), true));
  const items = await store.outbox();
  const device = await store.meta("device");
  return JSON.stringify({ shichen: "post-queue", device: device?.id, submissions: items.map(({ id, body }) => ({ id, body })) });
}

// Take over what another phone handed over; how many entries it holds. Throws where the file is none.
export async function imported(text) {
  const said = JSON.parse(text);
  if (said.shichen !== "post-queue" || !Array.isArray(said.submissions)) throw new TypeError("not a queue");
  const here = new Set((await store.outbox()).map((one) => one.id));
  let count = 0;
  for (const { id, body } of said.submissions) {
    if (here.has(id)) continue;
    const rows = JSON.parse(body).rows.length;
    await store.pack({ id, body, sha256: await digest(body), count: rows, seqs: [] }, []);
    count += rows;
  }
  return count;
}
