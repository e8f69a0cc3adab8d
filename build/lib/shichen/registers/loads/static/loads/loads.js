// Sending a file of bulk rows: its bytes as they are, under a number made here, so that a second try counts nothing twice.

const at = (id) => document.getElementById(id);
const TYPES = { ndjson: "application/x-ndjson", jsonl: "application/x-ndjson", arrow: "application/vnd.apache.arrow.file", arrows: "application/vnd.apache.arrow.stream" };
const form = at("send");
let number = null, chosen = null, of = null;

function said(text, wrong = false) {
  at("send-said").textContent = text;
  at("send-said").classList.toggle("is-bad", wrong);
}

// The file's name, and what its sender says of headings that are not known.
function words(file) {
  const pairs = at("id_map").value.split(/[,，;；\n]/).map((one) => one.trim()).filter(Boolean);
  return new URLSearchParams([["filename", file.name.slice(-200)], ...pairs.map((one) => ["map", one])]);
}

function send(event) {
  event.preventDefault();
  const file = at("id_file").files[0];
  if (!file) return;
  const kind = at("id_kind").value;
  if (file !== chosen || kind !== of) [number, chosen, of] = [crypto.randomUUID(), file, kind];
  const asked = new XMLHttpRequest();
  asked.open("PUT", `/api/v1/loads/${kind}/${number}?${words(file)}`);
  asked.setRequestHeader("Content-Type", TYPES[file.name.split(".").pop().toLowerCase()] ?? "text/csv");
  asked.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  asked.upload.addEventListener("progress", (far) => { at("send-far").value = (100 * far.loaded) / far.total; });
  asked.addEventListener("load", () => answered(asked));
  asked.addEventListener("error", () => { at("send-far").hidden = true; said(at("w-lost").textContent, true); });
  at("send-far").hidden = false;
  said(at("w-sending").textContent);
  asked.send(file);
}

function answered(asked) {
  at("send-far").hidden = true;
  let answer = {};
  try { answer = JSON.parse(asked.responseText); } catch { /* a page instead of an answer: said below */ }
  if (asked.status === 200 || asked.status === 201) location.href = `/registers/loads/${answer.id}/`;
  else said(answer.error?.sentence ?? at("w-lost").textContent, true);
}

form.hidden = false;
at("send-plain").hidden = true;
form.addEventListener("submit", send);
