// Enrolment: the code in the address or typed in makes this phone one of the post's.

import * as store from "./store.js";

const form = document.getElementById("enrol"), told = document.getElementById("told-here");
const code = form.elements.code;
if (location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname); // a code stays in no history
}
form.hidden = false;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  told.textContent = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (!answer.ok) {
      told.textContent = said.sentence;
      return;
    }
    await store.keep("device", said.known.device);
    await store.keep("known", said.known);
    await store.keep("token", said.token);
    await store.keep("ended", false);
    await store.keep("stopped", null);
    store.persist();
    location.href = form.dataset.then;
  } catch {
    told.textContent = form.dataset.lost;
  }
});
