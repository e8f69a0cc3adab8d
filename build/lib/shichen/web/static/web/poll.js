// Parts of a page that look whether they are still true: [data-poll] with an id, data-get (where) and data-every (seconds).
// An answer holds one or more elements with ids, each of which takes the place of the one on the page. 204: nothing is new.
(function () {
  "use strict";
  var PATIENCE = 10000, body = document.body, timers = {};

  // What the reader did to a part stays done: lines unfolded, a strip pushed aside, the place of the focus.
  function folds(part) { return Array.prototype.slice.call(part.querySelectorAll("details")); }
  function carry(old, fresh) {
    var was = folds(old), now = folds(fresh), strip = old.querySelector(".strip"), active = document.activeElement;
    if (was.length === now.length) now.forEach(function (one, place) { one.open = was[place].open; });
    var link = old.contains(active) && active.getAttribute("href"), across = strip ? strip.scrollLeft : 0;
    old.replaceWith(fresh);
    var again = fresh.querySelector(".strip"), same = link && fresh.querySelector('a[href="' + CSS.escape(link) + '"]');
    if (again) again.scrollLeft = across;
    if (same) same.focus({ preventScroll: true });
  }

  // New lines of a log wait behind a bar while somebody may be reading it; a wall has no reader to disturb.
  function ids(list) { return Array.prototype.map.call(list.children, function (line) { return line.dataset.id; }); }
  function seen(list) { var box = list.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; }
  function hold(old, part) {
    var list = part.querySelector("[data-fresh]"), known = ids(old), bar = document.createElement("button");
    var n = list ? ids(list).filter(function (id) { return known.indexOf(id) < 0; }).length : 0;
    if (!n) return;
    bar.type = "button";
    bar.className = "fresh";
    bar.textContent = list.dataset.fresh.replace("{n}", n);
    bar.addEventListener("click", function () { old.replaceWith(list); bar.remove(); });
    list.replaceWith(old);
    old.before(bar);
  }

  function owed() { var state = document.getElementById("state"); return state ? +state.dataset.lacking || 0 : 0; }
  function swap(html) {
    var before = owed();
    Array.prototype.slice.call(new DOMParser().parseFromString(html, "text/html").body.children).forEach(function (fresh) {
      var old = document.getElementById(fresh.id), list = old && old.querySelector("[data-fresh]");
      if (!old) return;
      var read = list && seen(list) && !body.classList.contains("is-wall") ? list : null;
      carry(old, document.adoptNode(fresh));
      if (read) hold(read, fresh);
    });
    var said = document.querySelector("#state .is-bad");
    if (owed() > before && said) document.getElementById("told").textContent = said.textContent;
    body.dispatchEvent(new Event("fresh"));
  }

  function look(id) {
    var part = document.getElementById(id), stop = new AbortController();
    clearTimeout(timers[id]);
    if (!part || !part.dataset.get) return;
    if (document.hidden) return;  // `wake` asks again
    var late = setTimeout(function () { stop.abort(); }, PATIENCE);
    fetch(part.dataset.get, { headers: { "HX-Request": "true" }, credentials: "same-origin", cache: "no-store", signal: stop.signal })
      .then(function (answer) {
        var elsewhere = answer.headers.get("HX-Redirect");
        if (elsewhere) { location.assign(elsewhere); return; }
        body.dispatchEvent(new Event(answer.status === 503 ? "lost" : "found"));
        if (answer.status === 200) return answer.text().then(swap);
      })
      .catch(function () { body.dispatchEvent(new Event("lost")); })
      .then(function () { clearTimeout(late); wait(id, part.dataset.every); });
  }
  function wait(id, seconds) {
    clearTimeout(timers[id]);
    timers[id] = setTimeout(look, seconds * 1000, id);
  }
  var parts = Array.prototype.map.call(document.querySelectorAll("[data-poll][data-get]"), function (part) { return part.id; });
  parts.forEach(function (id) { wait(id, document.getElementById(id).dataset.every); });
  body.addEventListener("wake", function () { parts.forEach(look); });
})();
