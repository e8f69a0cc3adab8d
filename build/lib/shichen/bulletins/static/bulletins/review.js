// 复核台: keys over the numbers of a bulletin; an act answers with the desk alone. Without it buttons and links do.
(function () {
  "use strict";
  var busy = false, waiting = [], away = false, root = document.body;

  function desk() { return document.getElementById("desk"); }
  function source() { return document.querySelector(".source"); }
  function all(what, within) { return Array.prototype.slice.call((within || document).querySelectorAll(what)); }
  function numbers() { return all("[data-proposal]", desk()); }
  function off() { try { return localStorage.getItem("keys") === "off"; } catch (blocked) { return false; } }
  function writing(target) { return /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === "INPUT" && target.type !== "checkbox"); }
  function here() { return document.activeElement.closest("[data-proposal]"); }

  // The raw text beside the desk: which entry is at hand, which number has the focus, what became of the others.
  function reveal(node, share) {
    var box = source();
    if (node && box.scrollHeight > box.clientHeight) box.scrollTop += node.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight * share;
  }
  function light(one) {
    all(".tier.is-focus", source()).forEach(function (old) { old.classList.remove("is-focus"); });
    all(".figure.is-current", desk()).forEach(function (old) { old.classList.toggle("is-current", old === one); });
    if (!one) return;
    one.classList.add("is-current");
    var span = document.getElementById(one.dataset.span);
    if (span) { span.classList.add("is-focus"); reveal(span, 1 / 3); }
  }
  function pairs(said) { return (said || "").trim().split(/\s+/).filter(Boolean).map(function (one) { return one.split(":"); }); }
  function mark() {
    var at = desk().dataset.ordinal;
    pairs(desk().dataset.states).forEach(function (pair) {
      var span = document.getElementById("s-" + pair[0]);
      if (span) span.className = span.className.replace(/\bat-\w+/, "at-" + pair[1]);
    });
    pairs(desk().dataset.decided).forEach(function (pair) {
      var no = document.getElementById("t-" + pair[0]);
      if (no) no.classList.toggle("is-done", pair[1] !== "open");
    });
    all("[data-at]", source()).forEach(function (one) { one.classList.toggle("is-here", one.dataset.at === at); });
  }
  function say(words) {
    var note = desk().querySelector("[data-note]");
    if (note) note.textContent = words;
  }

  // Moving: over the numbers of the entry, then to the entry beside it; acts are the buttons that the page has anyway.
  function press(what, within) {
    var button = (within || desk()).querySelector(what);
    if (button) button.click();
    return !!button;
  }
  function go(by) {
    var rows = numbers(), at = rows.indexOf(here()), next = at < 0 && by < 0 ? -1 : at + by;
    if (at < 0 && by > 0 && document.activeElement.closest(".place")) next = rows.length;
    if (rows[next]) rows[next].focus();
    else if (next >= rows.length && at >= 0 && desk().querySelector("[data-accept]")) desk().querySelector("[data-accept]").focus();
    else return press(by > 0 ? "[data-following]" : "[data-before]");
    return true;
  }
  function act(key) {
    var one = here();
    if (!one && document.activeElement.hasAttribute("data-accept") && key !== "u") return false;
    return !!one && press('[data-act="' + key + '"]', one);
  }
  function unfold(fold) {
    if (!fold) return false;
    fold.open = true;
    var box = fold.querySelector("input:not([type=hidden]):not([type=checkbox])");
    box.focus();
    box.select();
    return true;
  }
  function handle(key) {
    if (key === "j" || key === "ArrowDown") return go(1);
    if (key === "k" || key === "ArrowUp") return go(-1);
    if (key === "a" || key === "r" || key === "x" || key === "n") return act(key);
    if (key === "u") return act("u") || press("[data-last]") || press("[data-undo]");
    if (key === "e") return unfold(here() && here().querySelector("[data-edit]"));
    if (key === "R") return unfold(desk().querySelector("[data-reject]"));
    if (key === "A") return press("[data-accept]");
    if (key === "Enter" && document.activeElement.hasAttribute("data-proposal")) return unfold(here().querySelector("[data-edit]"));
    return false;
  }
  function within(target, key) {
    var form = target.closest("[data-edit], [data-reject]");
    if (key === "Enter" && form && target.tagName === "INPUT") { press("button", form.closest("[data-reject]") || form); return true; }
    if (key === "Escape" && target.closest("#desk")) { (target.closest("[data-proposal]") || document.getElementById("entry")).focus(); return true; }
    return false;
  }
  // A key that came while an answer was under way is done when it is there: a letter in a box is written there.
  function again(key) {
    var target = document.activeElement;
    if (!writing(target)) {
      if (!handle(key) && key === "Enter" && target.click && target !== root) target.click();
    } else if (!within(target, key) && key.length === 1) document.execCommand("insertText", false, key);
    else if (key === "Backspace") document.execCommand("delete");
  }
  function drain() {
    while (waiting.length && !busy) again(waiting.shift());
  }

  // Before the shell's keys: j, k and r mean something else here; after a g they are the shell's.
  document.addEventListener("keydown", function (event) {
    if (!desk() || event.isComposing || event.altKey) return;
    var key = event.key, target = event.target, done = true;
    if ((event.ctrlKey || event.metaKey) && key === "Enter") key = "A";
    else if (event.ctrlKey || event.metaKey) return;
    if (busy) { if (key.length === 1 || /^(Enter|Backspace|Escape|Arrow(Up|Down))$/.test(key)) waiting.push(key); }
    else if (key === "A" && event.key === "Enter") done = press("[data-accept]");
    else if (writing(target)) done = within(target, key);
    else if (off()) return;
    else if (away) { away = false; return; }
    else if (key === "g") { away = true; setTimeout(function () { away = false; }, 1500); return; }
    else if (/^Arrow/.test(key) && !here()) return;
    else done = handle(key);
    if (done) { event.preventDefault(); event.stopPropagation(); }
  }, true);
  document.addEventListener("focusin", function (event) {
    var one = event.target.closest("[data-proposal]");
    if (desk() && desk().contains(event.target)) light(one);
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-open], .source a[data-at]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
    event.preventDefault();
    var number = link.hash && document.getElementById(link.hash.slice(1));
    if (number && number.matches("[data-proposal]")) { number.focus(); return; }
    if (!busy) open(link);
  });
  function open(link) {
    desk().dataset.wanted = /^#p-/.test(link.hash) ? link.hash.slice(1) : "";
    wanted = desk().dataset.wanted;
    busy = true;
    window.htmx.ajax("GET", link.pathname + link.search, { source: desk(), target: "#desk", swap: "outerHTML show:none" }).then(function () {
      history.replaceState(history.state, "", link.href);
    });
  }
  var wanted = "";

  // The answer: its place in the raw text, the focus where the work goes on, then the keys that waited.
  function attend(fresh) {
    if (!desk()) return;
    desk().classList.add("is-live");
    mark();
    var fault = document.getElementById("fault"), told = document.getElementById("told"), said = desk().querySelector("[data-said]");
    var typed = desk().querySelector(".figure details[open] input[name=reason]"), box = fault && typed && !desk().querySelector(".theirs") ? typed : fault;
    var next = box || document.getElementById(wanted || desk().dataset.focus) || document.getElementById("entry");
    wanted = "";
    if (said && told) told.textContent = said.textContent;
    if (next && (fresh || document.activeElement === root)) next.focus({ preventScroll: !fresh && window.matchMedia("(min-width: 1000px)").matches });
    if (!here()) { light(null); reveal(source().querySelector(".no.is-here"), 1 / 8); }
  }
  root.addEventListener("htmx:beforeRequest", function (event) { if (desk() && desk().contains(event.detail.elt)) { busy = true; say(""); } });
  root.addEventListener("htmx:afterSettle", function (event) {
    var at = event.detail.target || event.detail.elt;
    if (/^(desk|bulletin)$/.test(at.id) || /^(desk|bulletin)$/.test(event.detail.elt.id)) attend(true);
  });
  root.addEventListener("htmx:afterRequest", function (event) {
    if (!busy) return;
    busy = false;
    if (event.detail.successful || /^(409|422)$/.test(event.detail.xhr && event.detail.xhr.status)) { drain(); return; }
    waiting = [];
    say(document.getElementById("bulletin").dataset.lost);
  });
  var first = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (first && first.hasAttribute("tabindex")) wanted = first.id;
  attend(false);
})();
