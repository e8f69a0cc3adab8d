// A number of the log opens in a dialog over the log; without this script, or where it cannot be fetched, its link is a page.
(function () {
  "use strict";
  var dialog = null, pressed = null;

  function shut() { if (dialog && dialog.open) dialog.close(); }
  function made() {
    dialog = document.createElement("dialog");
    dialog.className = "over";
    dialog.addEventListener("click", function (event) {
      if (event.target === dialog) shut();
      if (event.target.closest("[data-shut]")) { event.preventDefault(); shut(); }
    });
    document.getElementById("main").append(dialog);
  }
  function show(text) {
    var part = new DOMParser().parseFromString(text, "text/html").getElementById("number");
    if (!part) return false;
    if (!dialog) made();
    dialog.setAttribute("aria-label", part.getAttribute("aria-label"));
    dialog.replaceChildren(document.importNode(part, true));
    if (pressed) pressed.focus({ preventScroll: true }); // where a dialog that closes gives the focus back to
    dialog.showModal();
    var first = dialog.querySelector("form .is-main") || dialog.querySelector("a, button");
    if (first) first.focus();
    return true;
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a.proposed") : null;
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!window.HTMLDialogElement) return;
    event.preventDefault();
    pressed = link;
    fetch(link.href, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      return answer.text();
    }).then(function (text) { if (!show(text)) location.assign(link.href); }).catch(function () { location.assign(link.href); });
  });
})();
