// Keeps the page that checks passes, and the newest list, in the phone: the page first from here, the list first from the net.
"use strict";
var NAME = "passes-__VERSION__", FILES = __FILES__, LIST = "/passes/revoked.json";

self.addEventListener("install", function (event) {
  var asked = FILES.map(function (file) { return new Request(file, { credentials: "omit", cache: "reload" }); });
  event.waitUntil(caches.open(NAME).then(function (cache) { return cache.addAll(asked); }).then(function () { return self.skipWaiting(); }));
});
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name.indexOf("passes-") === 0 && name !== NAME && name !== "passes-list"; })
      .map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

function fresh(request) {
  return fetch(request, { credentials: "omit" }).then(function (answer) {
    if (!answer.ok) throw new Error(answer.status);
    var copy = answer.clone();
    return caches.open("passes-list").then(function (cache) { return cache.put(LIST, copy); }).then(function () { return answer; });
  }).catch(function () {
    return caches.open("passes-list").then(function (cache) { return cache.match(LIST); }).then(function (kept) { return kept || Response.error(); });
  });
}
self.addEventListener("fetch", function (event) {
  var path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET") return;
  if (path === LIST) { event.respondWith(fresh(event.request)); return; }
  if (FILES.indexOf(path) < 0) return;
  event.respondWith(caches.open(NAME).then(function (cache) { return cache.match(path); }).then(function (kept) { return kept || fetch(event.request); }));
});
