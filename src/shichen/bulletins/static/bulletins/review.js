// Reviewing by keyboard: j k move over the numbers and on to the next entry, a e r x decide. Without it the buttons do.
(function () {
  "use strict";
  var numbers = Array.prototype.slice.call(document.querySelectorAll("[data-proposal]"));
  var source = document.querySelector(".source");

  function light(one) {
    document.querySelectorAll(".tier.is-focus").forEach(function (old) { old.classList.remove("is-focus"); });
    var span = one && document.getElementById(one.dataset.span);
    if (!span) return;
    span.classList.add("is-focus");
    if (source && source.scrollHeight > source.clientHeight) source.scrollTop = span.offsetTop - source.clientHeight / 3;
  }
  function follow(name) {
    var link = document.querySelector(name);
    if (link) link.click();
  }
  function at() { return numbers.indexOf(document.activeElement.closest("[data-proposal]")); }
  function go(by) {
    var here = at(), next = here + by;
    if (here < 0 && by < 0) { follow("[data-before]"); return; }
    if (next >= numbers.length) { follow("[data-following]"); return; }
    if (next < 0) { follow("[data-before]"); return; }
    numbers[next].focus();
  }
  function act(key) {
    var here = numbers[at()];
    var button = here && here.querySelector('[data-act="' + key + '"]');
    if (button) button.click();
    return !!button;
  }
  function edit(open) {
    var here = numbers[at()], fold = here && here.querySelector("[data-edit]");
    if (!fold) return false;
    fold.open = open || !fold.open;
    if (fold.open) { var box = fold.querySelector("input:not([type=checkbox])"); box.focus(); box.select(); } else here.focus();
    return true;
  }
  function off() { try { return localStorage.getItem("keys") === "off"; } catch (blocked) { return false; } }
  function writing(target) { return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName); }

  // Before the shell's keys: j and k mean numbers here.
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      var accept = document.querySelector("[data-accept]");
      if (accept) { event.preventDefault(); event.stopPropagation(); accept.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (writing(event.target)) {
      if (event.key === "Enter" && event.target.closest("[data-edit]")) {
        event.preventDefault();
        event.target.closest("[data-edit]").querySelector("button").click();
      } else if (event.key === "Escape" && event.target.closest("[data-proposal]")) event.target.closest("[data-proposal]").focus();
      return;
    }
    if (off()) return;
    var done = true;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "a" || event.key === "r" || event.key === "x") done = act(event.key);
    else if (event.key === "e") done = edit(true);
    else if (event.key === "Enter" && document.activeElement.hasAttribute("data-proposal")) done = edit(false);
    else done = false;
    if (done) { event.preventDefault(); event.stopPropagation(); }
  }, true);
  document.addEventListener("focusin", function (event) { light(event.target.closest("[data-proposal]")); });

  // After a decision the page comes back with the next number in its address: it takes the focus.
  var wanted = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  var fault = document.getElementById("fault");
  if (fault) fault.focus();
  else if (wanted && wanted.hasAttribute("tabindex")) wanted.focus();
  var here = document.querySelector(".source .no.is-here");
  if (here && !document.querySelector(".tier.is-focus") && source.scrollHeight > source.clientHeight) source.scrollTop = here.offsetTop - 60;
})();
