// The board on a wall: three scenes by turns, paused by a key or a touch; dim at night; anew when the page's day begins.
(function () {
  "use strict";
  var EVERY = 20000, SCENES = 3, NIGHT = 23, MORNING = 6;
  var body = document.body, turn = document.querySelector("[data-turn]"), marks = turn.querySelectorAll("li");
  var said = turn.querySelector("[role=status]"), at = 0, paused = false, timer = 0;

  // Rows that find no room are counted, never cut in two.
  function fit() {
    document.querySelectorAll(".is-wall .rest").forEach(function (note) { note.remove(); });
    document.querySelectorAll(".is-wall .panel > .rows, .is-wall .capacity > dl").forEach(function (list) {
      var panel = list.parentNode, rows = Array.prototype.slice.call(list.children), left = 0, note = null;
      rows.forEach(function (row) { row.hidden = false; });
      while (rows.length > 1 && panel.clientHeight && panel.scrollHeight > panel.clientHeight + 1) {
        if (!note) { note = document.createElement("p"); note.className = "rest"; list.after(note); }
        rows.pop().hidden = true;
        left += 1;
        note.textContent = turn.dataset.more.replace("{n}", left);
      }
    });
  }
  function show() {
    body.dataset.scene = at + 1;
    marks.forEach(function (mark, place) { mark.classList.toggle("is-on", place === at); });
    fit();
  }
  function wait() {
    clearInterval(timer);
    if (!paused) timer = setInterval(function () { at = (at + 1) % SCENES; show(); }, EVERY);
    said.textContent = paused ? turn.dataset.paused : turn.dataset.turning;
  }
  function go(by) { at = (at + by + SCENES) % SCENES; show(); wait(); }
  function pause() { paused = !paused; wait(); }

  // The moment that the board speaks of, by the city's clock whatever this machine's is; its page's day begins at 23.
  function clock() {
    var time = document.querySelector("#clock time"), read = time && /^(\d+)-(\d+)-(\d+)T(\d+)/.exec(time.dateTime);
    return read ? { hour: +read[4], page: Date.UTC(+read[1], read[2] - 1, +read[3] + (+read[4] >= NIGHT ? 1 : 0)) } : null;
  }
  var opened = clock();
  function settled() {
    var now = clock();
    if (!now) return;
    body.toggleAttribute("data-night", now.hour >= NIGHT || now.hour < MORNING);
    if (opened && now.page > opened.page) location.reload();  // an answer has just come: the server is there
    fit();
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.key === "Tab" || event.key === "Shift") return;
    if (event.key === "Enter" && event.target.closest("a")) return;
    event.stopPropagation();
    if (event.key === "Escape") { var leave = turn.querySelector("[data-leave]"); if (leave) location.assign(leave.href); return; }
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") { go(event.key === "ArrowRight" ? 1 : -1); return; }
    event.preventDefault();
    pause();
  }, true);
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (link && link.hasAttribute("data-leave")) return;
    if (link && paused && !body.hasAttribute("data-screen")) return;  // who has stopped it may look closer
    if (link) event.preventDefault();
    pause();
  });
  body.addEventListener("fresh", settled);
  window.addEventListener("resize", fit);
  turn.hidden = false;
  show();
  wait();
})();
