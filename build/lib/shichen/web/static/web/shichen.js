// What pages do beyond plain HTML: rest while hidden, wake on return, say when the server is lost, keys. No inline code.
(function () {
  "use strict";
  var body = document.body;

  // A hidden tab asks for nothing; it asks at once when it is looked at again.
  body.addEventListener("htmx:beforeRequest", function (event) {
    if (document.hidden && event.detail.elt.hasAttribute("data-poll")) event.preventDefault();
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) body.dispatchEvent(new Event("wake"));
  });

  // The connection is lost: one banner until the next answer.
  var lost = null, last = new Date();
  function clock(date) {  // by this machine's clock; where the page's stands or replays, by that
    var shown = document.querySelector("#clock[data-stands] time");
    return shown ? shown.textContent : date.toTimeString().slice(0, 5);
  }
  function sayLost() {
    if (lost) return;
    lost = document.createElement("p");
    lost.className = "lost";
    lost.setAttribute("role", "alert");
    lost.textContent = body.dataset.lost.replace("{time}", clock(last));
    body.prepend(lost);
  }
  function sayFound() {
    last = new Date();
    if (lost) { lost.remove(); lost = null; }
  }
  ["htmx:sendError", "htmx:timeout", "lost"].forEach(function (name) { body.addEventListener(name, sayLost); });
  body.addEventListener("found", sayFound);
  body.addEventListener("htmx:afterRequest", function (event) {
    var answer = event.detail.xhr;
    if (answer && answer.status === 503) sayLost();
    else if (answer && answer.status) sayFound();
  });

  // Ask before an act that cannot be taken back; write a counter under a long text; send a choice at once.
  document.addEventListener("submit", function (event) {
    var asked = event.target.dataset.confirm;
    if (asked && !window.confirm(asked)) { event.preventDefault(); return; }
    var button = event.submitter;
    if (button && !event.target.hasAttribute("data-again")) setTimeout(function () { button.disabled = true; }, 0);
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("button:disabled").forEach(function (one) { one.disabled = false; });
  });
  document.addEventListener("change", function (event) {
    if (event.target.hasAttribute("data-send") && event.target.form) event.target.form.requestSubmit();
  });

  // The strip of watches opens on the watch at hand; a list of faults takes the focus.
  function settle(root) {
    root.querySelectorAll(".strip [aria-current]").forEach(function (cell) {
      var strip = cell.closest(".strip"), item = cell.closest("li") || cell;
      if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft = Math.max(item.offsetLeft - strip.offsetLeft - 24, 0);
    });
    var faults = root.querySelector(".faults");
    if (faults) faults.focus();
  }
  settle(document);

  body.addEventListener("htmx:afterSwap", function (event) { settle(event.detail.target.parentNode || document); });

  // A menu that hangs over the page goes when something else is pressed, or at Escape, which leads back to it.
  function fold(kept) {
    var open = document.querySelector(".menu details[open], .bar details[open]");
    if (!open || (kept && open.contains(kept))) return false;
    open.open = false;
    if (!kept) open.querySelector("summary").focus();
    return true;
  }
  document.addEventListener("click", function (event) { fold(event.target); });

  // Keys. They can be switched off on the help page, and rest while someone writes or an input method composes.
  var away = { b: "/", l: "/log/", d: "/days/", c: "/chronicle/", r: "/registers/", q: "/bulletins/", f: "/figures/", n: "/report/" };
  var waiting = false;
  function off() { try { return localStorage.getItem("keys") === "off"; } catch (blocked) { return false; } }
  function writing(target) { return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName); }
  function go(href) {
    var known = Array.prototype.some.call(document.querySelectorAll("nav a"), function (a) { return a.getAttribute("href") === href; });
    if (known) location.assign(href);
  }
  function step(by) {
    var rows = Array.prototype.slice.call(document.querySelectorAll("[data-row]"));
    if (!rows.length) return false;
    var at = rows.indexOf(document.activeElement.closest ? document.activeElement.closest("[data-row]") : null);
    rows[Math.min(Math.max(at + by, 0), rows.length - 1)].focus();
    return true;
  }
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.altKey) return;
    var target = event.target;
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter" && target.form && target.tagName === "TEXTAREA") target.form.requestSubmit();
      return;
    }
    if (event.key === "Escape") { if (!fold(null) && writing(target)) target.blur(); return; }
    if (writing(target) || off()) return;
    if (waiting) { waiting = false; if (away[event.key]) { event.preventDefault(); go(away[event.key]); } return; }
    if (event.key === "g") { waiting = true; setTimeout(function () { waiting = false; }, 1500); return; }
    if (event.key === "?") { location.assign("/help/"); return; }
    if (event.key === "j" || event.key === "k") { if (step(event.key === "j" ? 1 : -1)) event.preventDefault(); return; }
    var wanted = event.key === "/" ? "[data-search]" : '[data-key="' + CSS.escape(event.key) + '"]';
    var row = target.closest && target.closest("[data-row]");  // a key of the row at hand comes before one of the page
    var found = (row && row.querySelector('[data-row-key="' + CSS.escape(event.key) + '"]')) || document.querySelector(wanted);
    var folded = found && found.closest("details:not([open])");  // what is folded away is opened for whoever looks for it
    if (folded) folded.open = true;
    if (found) { event.preventDefault(); if (/^(A|BUTTON)$/.test(found.tagName)) found.click(); else found.focus(); }
  });
  var toggle = document.querySelector("[data-keys]");
  if (toggle) {
    toggle.hidden = false;
    toggle.checked = !off();
    toggle.addEventListener("change", function () { try { localStorage.setItem("keys", toggle.checked ? "on" : "off"); } catch (blocked) { /* nowhere to keep it */ } });
  }
})();
