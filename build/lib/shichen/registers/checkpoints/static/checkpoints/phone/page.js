// The page of a post: a vehicle in two taps, what waits to be sent, what this phone counted in the running shift.

import * as persons from "./people.js";
import * as plates from "./plates.js";
import * as sending from "./sending.js";
import * as shift from "./shift.js";
import * as store from "./store.js";

const UNDO = 10000, TRY = 8000, REPORT = 60000, KEEP = 48 * 3600e3, LATE = 4 * 3600e3, MANY = 500;
const FEVERS = ["37.3", "37.5", "37.8", "38.0", "38.5", "39.0"];
const REASONED = new Set(["turned_back", "referred", "goods_refused"]);
const at = (id) => document.getElementById(id);
const word = (name) => at(`w-${name}`).textContent;
const form = { plate: "", none: false, foot: false, persons: 1, fever: null, direction: "in", travel: false };
let people = []; // who is registered with this vehicle, a line each
let known = null, shown = [], last = null, reported = 0;

const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const button = (label, act, kind = "") => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
};
const clock = (when) => new Date(Number(new Date(when)) + 8 * 3600e3).toISOString().slice(11, 16);

// The hour that entries are of: the phone's own, or where a demonstration's clock stands.
const moment = () => (known.stands ? new Date(known.stands) : new Date());

// ---- what is being entered

const source = () => form.travel || Boolean(plates.source(form.plate, known.sources, moment().toISOString()));
const given = () => form.none || form.foot || plates.whole(form.plate) || at("other").value.trim().length > 3;

function clear() {
  Object.assign(form, { plate: known.prefix, none: false, foot: false, persons: 1, fever: null, travel: false });
  at("other").value = "";
  people = [];
  for (const name of ["name", "number", "phone"]) at(`who-${name}`).value = "";
  at("who-list").textContent = at("who-wrong").textContent = "";
  ask(false);
}

// One more person, if enough is written to find them again; otherwise what is amiss is said beside it.
function addPerson() {
  const one = Object.fromEntries(["name", "number", "phone"].map((part) => [part, at(`who-${part}`).value.trim()]));
  const wrong = persons.amiss(one);
  if (wrong === "nobody") return true;
  at("who-wrong").textContent = wrong && word(`who-${wrong}`);
  if (wrong) at(wrong === "first" ? (one.name ? "who-number" : "who-name") : `who-${wrong}`).focus();
  if (wrong) return false;
  people.push(persons.line(one));
  for (const part of ["name", "number", "phone"]) at(`who-${part}`).value = "";
  at("who-list").textContent = filled(word("who-more"), { count: people.length });
  return true;
}

function another() {
  if (addPerson()) at("who-name").focus();
}

// The reasons take the place of the outcomes until one is chosen.
function ask(why) {
  at("reasons").hidden = !why;
  at("outcomes").hidden = why;
}

function key(letter) {
  if (form.none || form.foot) form.plate = "";
  form.none = form.foot = false;
  form.plate = plates.next(form.plate) === "none" ? form.plate : form.plate + letter;
  draw();
}

function without(what) {
  const was = form[what];
  form.none = form.foot = false;
  form[what] = !was;
  form.plate = form[what] ? "" : known.prefix;
  draw();
}

function decide(outcome) {
  if (!given()) return say(word("plate-first"), true);
  if (outcome === "passed" && source()) return say(word("from-source"), true);
  if (!REASONED.has(outcome) && !source()) return save(outcome, "");
  const offered = known.reasons[outcome] ?? [], naming = outcome === "registered";
  at("quick").replaceChildren(...offered.map((reason) => button(reason, () => because(outcome, reason))));
  at("who").hidden = !naming;
  ask(true);
  (naming ? at("who-name") : at("quick").firstElementChild)?.focus();
}

function because(outcome, reason) {
  if (outcome === "registered" && !addPerson()) return undefined;
  if (outcome === "registered" && people.length === 0) {
    at("who-wrong").textContent = word("who-first");
    return at("who-name").focus();
  }
  return save(outcome, reason);
}

async function save(outcome, why) {
  const now = moment(), sourced = source(), made = Date.now();
  const row = { client_id: crypto.randomUUID(), post: known.post.code, network: known.post.network, at: now.toISOString() };
  const plate = at("other").value.trim() ? `外${at("other").value.trim().replace(/^外/, "")}` : form.plate;
  Object.assign(row, { direction: form.direction, plate: form.none || form.foot ? "" : plate, on_foot: form.foot });
  Object.assign(row, { persons: form.persons, source_area_persons: sourced ? form.persons : 0, outcome, why });
  if (form.fever) row.temperature = form.fever;
  if (people.length) row.travellers = people.join("\n");
  const entry = { at: row.at, made, row, state: "held", until: made + UNDO };
  entry.seq = await store.add(entry);
  await remember(row.plate);
  last = entry;
  const done = { plate: plates.shown(row.plate) || word(form.foot ? "on-foot" : "no-plate"), persons: row.persons, outcome: word(outcome) };
  clear();
  say(filled(word("done"), done));
  at("undo").hidden = false;
  await look();
}

async function takeBack() {
  if (last && (await store.undo(last.seq, Date.now()))) {
    const { row } = last;
    Object.assign(form, { plate: row.plate, none: !row.plate && !row.on_foot, foot: row.on_foot, persons: row.persons });
    Object.assign(form, { fever: row.temperature ?? null, direction: row.direction });
    say(word("undone"));
  }
  last = null;
  at("undo").hidden = true;
  await look();
}

// The last plates of the running shift, so that who comes back is one tap; they are forgotten with the shift.
async function remember(plate) {
  const [begun] = shift.running(known.shifts, moment().getTime());
  const kept = (await store.meta("plates")) ?? { begun, plates: [] };
  const before = kept.begun === begun ? kept.plates.filter((one) => one !== plate) : [];
  await store.keep("plates", { begun, plates: plate ? [plate, ...before].slice(0, 6) : before });
}

// ---- what is shown

function say(sentence, wrong = false) {
  at("said").textContent = sentence;
  at("said").classList.toggle("is-bad", wrong);
}

function draw() {
  const next = form.none || form.foot ? "none" : plates.next(form.plate);
  at("plate").textContent = form.none ? word("no-plate") : form.foot ? word("on-foot") : plates.shown(form.plate) || "—";
  const keys = next === "province" ? plates.PROVINCES : next === "letter" ? plates.LETTERS : [...plates.DIGITS, ...plates.LETTERS];
  if (at("keys").dataset.next !== next) {
    at("keys").dataset.next = next;
    at("keys").replaceChildren(...(next === "none" ? [] : keys.map((letter) => button(letter, () => key(letter)))));
  }
  at("none").setAttribute("aria-pressed", form.none);
  at("foot").setAttribute("aria-pressed", form.foot);
  at("travel").setAttribute("aria-pressed", form.travel);
  at("persons").textContent = form.persons;
  at("normal").setAttribute("aria-pressed", !form.fever);
  for (const one of at("fevers").children) one.setAttribute("aria-pressed", one.textContent === form.fever);
  for (const one of document.querySelectorAll("[data-direction]")) one.setAttribute("aria-pressed", one.dataset.direction === form.direction);
  const sourced = source();
  at("sourced").hidden = !sourced;
  at("outcomes").classList.toggle("is-sourced", sourced);
  at("outcomes").classList.toggle("is-fever", Boolean(form.fever));
  document.querySelector("[data-outcome=passed]").disabled = sourced;
}

async function look() {
  shown = await store.entries();
  const running = shift.running(known.shifts, moment().getTime());
  const sums = shift.counted(shown, running);
  at("hours").textContent = shift.hours(running);
  for (const [name, value] of Object.entries(sums)) at(`sum-${name}`).textContent = value;
  const kept = await store.meta("plates");
  const again = kept?.begun === running[0] ? kept.plates : [];
  at("again").replaceChildren(...again.map((plate) => button(plates.shown(plate), () => { Object.assign(form, { plate, none: false, foot: false }); draw(); })));
  const waiting = await sending.unsent();
  at("unsent").textContent = waiting.count;
  at("oldest").textContent = waiting.oldest ? filled(word("since"), { time: clock(waiting.oldest), minutes: Math.floor((Date.now() - waiting.oldest) / 60e3) }) : "";
  at("queue").classList.toggle("is-bad", waiting.count > MANY || (waiting.oldest !== null && Date.now() - waiting.oldest > LATE));
  await standing();
  draw();
}

// Whether it is connected, given up, or stopped by an answer that a person must see.
async function standing() {
  const ended = await store.meta("ended"), stopped = await store.meta("stopped"), mend = await store.meta("mend");
  const answered = await store.meta("last");
  at("state").textContent = word(ended ? "ended" : stopped ? "stopped" : at("state").dataset.online === "yes" ? "online" : "offline");
  at("state").dataset.state = ended ? "ended" : stopped ? "stopped" : at("state").dataset.online === "yes" ? "online" : "offline";
  at("answered").textContent = answered ? clock(answered) : "—";
  at("gone").hidden = !ended;
  at("halt").hidden = !stopped || Boolean(ended);
  if (stopped) at("why").textContent = `${stopped.status} ${stopped.sentence}`;
  at("mend").hidden = !mend;
  if (mend) at("mend-said").textContent = filled(word("mend"), mend);
}

// ---- the server

async function report(waiting) {
  const unsent = await sending.unsent();
  const said = { clock: new Date().toISOString(), unsent: unsent.count, oldest: unsent.oldest && new Date(unsent.oldest).toISOString() };
  if (waiting !== undefined) said.waiting = waiting;
  try {
    const answer = await sending.ask("/api/v1/posts/mine/seen", "POST", JSON.stringify(said));
    at("state").dataset.online = "yes";
    if (answer.status === 401 || answer.status === 403) return await sending.ended();
    if (!answer.ok) return "failed";
    known = await answer.json();
    await store.keep("known", known);
    nudged();
    reported = Date.now();
    return "heard";
  } catch {
    at("state").dataset.online = "no";
    return "offline";
  }
}

function nudged() {
  at("nudges").replaceChildren(...known.nudges.map((said) => Object.assign(document.createElement("p"), { className: "band is-bad", textContent: said })));
}

async function turn({ force = false, waiting } = {}) {
  if (force) sending.hurry();
  const said = await sending.flush({ force });
  if (said === "empty" || said === "sent") at("state").dataset.online = "yes";
  if (said === "later") at("state").dataset.online = "no";
  const due = force || waiting !== undefined || Date.now() - reported > REPORT;
  if (due && !(await store.meta("ended"))) await report(waiting);
  if (last && Date.now() > last.until) { last = null; at("undo").hidden = true; }
  await look();
}

async function handOver() {
  const file = new Blob([await sending.exported()], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `post-${known.post.code}-${Date.now()}.json` });
  link.click();
  URL.revokeObjectURL(link.href);
  await look();
}

async function takeOver(event) {
  try {
    say(filled(word("taken-over"), { count: await sending.imported(await event.target.files[0].text()) }));
    await turn({ force: true });
  } catch {
    say(word("no-queue"), true);
  }
  event.target.value = "";
}

// ---- from the top

function wire() {
  for (const one of document.querySelectorAll("[data-outcome]")) one.addEventListener("click", () => decide(one.dataset.outcome));
  for (const one of document.querySelectorAll("[data-direction]")) one.addEventListener("click", () => { form.direction = one.dataset.direction; draw(); });
  for (const one of document.querySelectorAll("[data-waiting]")) one.addEventListener("click", () => { say(word("queue-told")); turn({ waiting: Number(one.dataset.waiting) }); });
  at("back").addEventListener("click", () => { form.plate = form.plate.slice(0, -1); form.none = form.foot = false; draw(); });
  at("none").addEventListener("click", () => without("none"));
  at("foot").addEventListener("click", () => without("foot"));
  at("other").addEventListener("input", () => { form.plate = at("other").value ? "" : known.prefix; draw(); });
  at("travel").addEventListener("click", () => { form.travel = !form.travel; draw(); });
  at("less").addEventListener("click", () => { form.persons = Math.max(1, form.persons - 1); draw(); });
  at("more").addEventListener("click", () => { form.persons = Math.min(60, form.persons + 1); draw(); });
  at("normal").addEventListener("click", () => { form.fever = null; draw(); });
  at("fevers").replaceChildren(...FEVERS.map((one) => button(one, () => { form.fever = one; draw(); })));
  at("undo").addEventListener("click", takeBack);
  at("who-more").addEventListener("click", another);
  at("not").addEventListener("click", () => ask(false));
  at("now").addEventListener("click", () => turn({ force: true }));
  at("again-stopped").addEventListener("click", async () => { await store.keep("stopped", null); await turn({ force: true }); });
  at("mended").addEventListener("click", async () => { await store.keep("mend", null); await look(); });
  for (const one of document.querySelectorAll("[data-export]")) one.addEventListener("click", handOver);
  at("import").addEventListener("change", takeOver);
  at("theme").addEventListener("click", async () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  addEventListener("online", () => turn({ force: true }));
  addEventListener("offline", () => { at("state").dataset.online = "no"; standing(); });
}

async function theme(name) {
  document.documentElement.dataset.theme = name;
  await store.keep("theme", name);
}

// The worker that keeps the page on the phone; a newer one takes over when the page is opened, never while somebody types.
async function keepHere() {
  const here = await navigator.serviceWorker?.register("/post/sw.js", { scope: "/post/" }).catch(() => null);
  at("kept").hidden = Boolean(here);
  if (here?.waiting && navigator.serviceWorker.controller) {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    here.waiting.postMessage("take over");
  }
}

async function begin() {
  at("script").hidden = true;
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) { at("insecure").hidden = false; return; }
  keepHere();
  const chosen = await store.meta("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  known = await store.meta("known");
  if (!known) { at("stranger").hidden = false; return; }
  await store.forget(Date.now() - KEEP);
  wire();
  clear();
  at("post").textContent = `${known.post.code} ${known.post.name}`;
  at("label").textContent = known.device.label;
  at("work").hidden = false;
  nudged();
  await look();
  await turn({ force: true });
  setInterval(() => { if (!document.hidden) turn(); }, TRY);
}

begin();
