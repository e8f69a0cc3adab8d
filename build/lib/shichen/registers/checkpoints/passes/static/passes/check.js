// Checks a pass in the phone: signature, days, plate, and whether its number is on the signed list. No request says which.
(function () {
  "use strict";
  var page = document.getElementById("check"), said = page.dataset, keys = JSON.parse(said.keys);
  var shown = document.getElementById("result"), form = document.getElementById("given");
  var code = document.getElementById("code"), plate = document.getElementById("plate"), list = null;
  var FORM = /^(SC1\.([A-Z0-9-]{1,20})\.([^.\s]{2,12})\.(\d{8})\.(\d{8})\.(\d{1,4}))\.([A-Za-z0-9_-]{86})$/;

  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/") + "==".slice(0, (4 - text.length % 4) % 4));
    return Uint8Array.from(raw, function (char) { return char.charCodeAt(0); });
  }
  function signed(text, key, signature) {
    if (!keys[key]) return Promise.resolve(false);
    var kind = { name: "ECDSA", namedCurve: "P-256" };
    return crypto.subtle.importKey("jwk", keys[key], kind, false, ["verify"]).then(function (made) {
      return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, made, bytes(signature), new TextEncoder().encode(text));
    });
  }
  function plain(text) { return text.normalize("NFKC").toUpperCase().replace(/[\s·•.\-]/g, ""); }
  function now() { return said.now ? new Date(said.now) : new Date(); }  // where a demonstration's clock stands, by that
  function today() {
    return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(now()).replace(/-/g, "");
  }
  function short(number, seen, last) {
    return crypto.subtle.digest("SHA-256", new TextEncoder().encode(number + "|" + seen + "|" + last)).then(function (raw) {
      return Array.from(new Uint8Array(raw), function (one) { return one.toString(16).padStart(2, "0"); }).join("").slice(0, 3);
    });
  }

  function tell(name, more) {
    var kinds = { valid: "is-ok", typed: "is-warn", unread: "is-warn", unable: "is-warn" };
    shown.className = "result " + (kinds[name] || "is-bad");
    shown.textContent = (name === "valid" ? "✓ " : kinds[name] ? "? " : "✕ ") + said[name];
    if (more) { var line = document.createElement("small"); line.textContent = more; shown.append(line); }
    shown.dataset.result = name;
    shown.hidden = false;
  }
  function gone(number) { return list && list.revoked.indexOf(number) >= 0; }
  function within(first, last) { var now = today(); return now < first ? "early" : now > last ? "expired" : "valid"; }
  function dashed(day) { return day.slice(0, 4) + "-" + day.slice(4, 6) + "-" + day.slice(6); }

  function scanned(found) {
    return signed(found[1], found[6], found[7]).then(function (good) {
      var more = found[2] + " · " + found[3] + " · " + dashed(found[4]) + " — " + dashed(found[5]);
      if (!good) return tell("forged", more);
      if (gone(found[2])) return tell("revoked", more);
      if (plate.value.trim() && plain(plate.value) !== found[3]) return tell("plate", more);
      tell(within(found[4], found[5]), more);
    });
  }
  function typed(number) {
    if (!list) return tell("unread", said.nolist);
    if (gone(number)) return tell("revoked", number);
    var held = list.issued[number];
    if (!held) return tell("unknown", number);
    return short(number, plain(plate.value), held[2]).then(function (digits) {
      if (digits !== held[0]) return tell("plate", number);
      var state = within(held[1], held[2]);
      tell(state === "valid" ? "typed" : state, number + " · " + dashed(held[1]) + " — " + dashed(held[2]));
    });
  }
  function check() {
    if (!window.crypto || !crypto.subtle) return tell("unable");
    var text = code.value.trim(), at = text.lastIndexOf("#");
    try { text = decodeURIComponent(at < 0 ? text : text.slice(at + 1)); } catch (broken) { return tell("unread"); }
    var found = FORM.exec(text);
    if (found) return scanned(found);
    var number = text.normalize("NFKC").toUpperCase().replace(/\s/g, "");
    if (/^[A-Z0-9-]{1,20}$/.test(number) && plate.value.trim()) return typed(number);
    tell("unread");
  }

  function age() {
    var line = document.getElementById("age");
    if (!list) { line.textContent = said.nolist; return; }
    var minutes = Math.max(0, Math.round((now() - new Date(list.at)) / 60000));
    var since = minutes < 120 ? said.minutes.replace("{n}", minutes) : said.hours.replace("{n}", Math.round(minutes / 60));
    line.textContent = said.age.replace("{n}", list.sequence).replace("{time}", since) + (minutes > 1440 ? " · " + said.old : "");
    line.dataset.sequence = list.sequence;
  }
  function fetchList() {
    return fetch(said.list, { credentials: "omit" }).then(function (answer) { return answer.json(); }).then(function (came) {
      if (!window.crypto || !crypto.subtle) return null;
      return signed(came.list, came.key, came.signature).then(function (good) {
        var read = good ? JSON.parse(came.list) : null;
        if (!good) document.getElementById("age").textContent = said.badlist;
        else if (!list || read.sequence >= list.sequence) { list = read; age(); }
      });
    }).catch(age);
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); check(); });
  form.addEventListener("reset", function () { shown.hidden = true; code.focus(); });
  document.getElementById("photo").addEventListener("change", function (event) {
    var file = event.target.files[0];
    if (!file) return;
    if (!window.BarcodeDetector) return tell("unread");
    createImageBitmap(file).then(function (picture) { return new BarcodeDetector({ formats: ["qr_code"] }).detect(picture); })
      .then(function (found) { if (!found.length) return tell("unread"); code.value = found[0].rawValue; check(); })
      .catch(function () { tell("unread"); });
  });
  function handed() { if (location.hash.length > 1) { code.value = location.hash.slice(1); check(); } }
  window.addEventListener("hashchange", handed);
  window.addEventListener("online", fetchList);
  setInterval(age, 60000);
  if (navigator.serviceWorker) navigator.serviceWorker.register(said.worker).catch(function () {});
  fetchList().then(handed, handed);
})();
