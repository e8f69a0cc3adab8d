// 编辑台: numbers in a text are chips that nobody types over; arrows move over the places. Without it textareas do.
(function () {
  "use strict";
  var NUMERAL = /[0-9０-９〇零一二两三四五六七八九十百千万亿.．]/;
  var kept = "", wanted = "", composing = null;

  function editor() { return document.getElementById("editor"); }
  function boxes() { return Array.prototype.slice.call(document.querySelectorAll("[data-box]")); }
  function isChip(node) { return !!node && node.nodeType === 1 && node.classList.contains("chip"); }
  function textarea(box) { return document.getElementById(box.dataset.box); }
  function off() { try { return localStorage.getItem("keys") === "off"; } catch (blocked) { return false; } }

  // What a box says as plain text, line by line; it goes into the textarea that is sent.
  function plain(node) {
    var said = "";
    node.childNodes.forEach(function (one) {
      if (one.nodeType === 3) said += one.data;
      else if (one.nodeName === "BR") said += "\n";
      else said += (one.nodeName === "DIV" && said ? "\n" : "") + plain(one);
    });
    return said;
  }
  function stored(field) { return ("stored" in field.dataset ? field.dataset.stored : field.defaultValue).replace(/\n+$/, ""); }
  function sync(box) {
    var area = textarea(box), text = plain(box).replace(/\n+$/, "");
    if (area.value === text) return;
    area.value = text;
    box.closest(".passage").classList.toggle("is-changed", text !== stored(area));
  }
  function dirty() {
    return Array.prototype.some.call(document.querySelectorAll("[data-work] textarea, [data-work] .phrase input"), function (one) {
      return one.value.replace(/\n+$/, "") !== stored(one);
    });
  }

  // A note beside the save button: why something was not done, and where the number can be put right.
  function note(text, href, told) {
    var place = document.querySelector("[data-note]");
    if (!place) return;
    place.textContent = text;
    place.classList.toggle("is-told", !!told);
    if (!href) return;
    var link = document.createElement("a");
    link.href = href;
    link.textContent = editor().dataset.look;
    place.append(" ", link);
  }
  function refuse(chip) {
    document.querySelectorAll(".chip.is-asked").forEach(function (one) { one.classList.remove("is-asked"); });
    chip.classList.add("is-asked");
    note(editor().dataset.bound, chip.dataset.href);
  }

  // The chips that a range covers, and those that it touches on either side.
  function covered(box, range) {
    return Array.prototype.filter.call(box.querySelectorAll(".chip"), function (chip) { return range.intersectsNode(chip) && !range.collapsed; });
  }
  function beside(range, after) {
    var node = after ? range.endContainer : range.startContainer, at = after ? range.endOffset : range.startOffset;
    if (node.nodeType === 3) {
      if (after ? at < node.data.length : at > 0) return null;
      node = after ? node.nextSibling : node.previousSibling;
    } else node = node.childNodes[after ? at : at - 1];
    while (node && node.nodeType === 3 && !node.data) node = after ? node.nextSibling : node.previousSibling;
    return isChip(node) ? node : null;
  }
  // The chip that this text must not be put over or against, if there is one.
  function against(box, range, text) {
    var over = covered(box, range)[0];
    if (over) return text ? over : null;
    var before = beside(range, false), after = beside(range, true);
    if (before && NUMERAL.test(before.textContent.slice(-1)) && NUMERAL.test(text.charAt(0))) return before;
    if (before && /[0-9０-９]/.test(text.charAt(0))) return before;
    if (after && NUMERAL.test(text.slice(-1))) return after;
    return null;
  }
  function here(box) {
    var chosen = window.getSelection();
    if (!chosen.rangeCount) return null;
    var range = chosen.getRangeAt(0);
    return box.contains(range.commonAncestorContainer) ? range : null;
  }
  function put(text) {
    text.split("\n").forEach(function (line, n) {
      if (n) document.execCommand("insertLineBreak");
      if (line) document.execCommand("insertText", false, line);
    });
  }

  document.addEventListener("beforeinput", function (event) {
    var box = event.target.closest && event.target.closest("[data-box]");
    if (!box) return;
    var kind = event.inputType, range = here(box);
    if (/^format/.test(kind)) { event.preventDefault(); return; }
    if (kind === "insertParagraph") { event.preventDefault(); document.execCommand("insertLineBreak"); return; }
    if (!range || event.isComposing) return;
    if (/^delete/.test(kind)) {
      var targets = event.getTargetRanges ? event.getTargetRanges() : [], gone = [];
      targets.forEach(function (one) { var whole = document.createRange(); whole.setStart(one.startContainer, one.startOffset); whole.setEnd(one.endContainer, one.endOffset); gone = gone.concat(covered(box, whole)); });
      if (gone.length) note(editor().dataset.dropped.replace("{figure}", gone.map(function (one) { return one.textContent; }).join("、")), "", true);
      return;
    }
    if (!/^insert/.test(kind)) return;
    var chip = against(box, range, event.data || "");
    if (chip) { event.preventDefault(); refuse(chip); }
  });
  document.addEventListener("paste", function (event) {
    var box = event.target.closest && event.target.closest("[data-box]"), range = box && here(box);
    if (!range) return;
    event.preventDefault();
    var text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n"), chip = against(box, range, text);
    if (chip) refuse(chip); else put(text);
  });
  document.addEventListener("drop", function (event) { if (event.target.closest && event.target.closest("[data-box]")) event.preventDefault(); });

  // An input method cannot be stopped while it composes: what it did to a chip is taken back when it is done.
  document.addEventListener("compositionstart", function (event) {
    var box = event.target.closest && event.target.closest("[data-box]"), range = box && here(box);
    composing = range ? { box: box, was: box.innerHTML, range: range.cloneRange(), over: covered(box, range)[0], before: beside(range, false), after: beside(range, true) } : null;
  });
  document.addEventListener("compositionend", function (event) {
    var one = composing, text = event.data || "";
    composing = null;
    if (!one || !text) return;
    var chip = one.over || (one.before && NUMERAL.test(text.charAt(0)) && (NUMERAL.test(one.before.textContent.slice(-1)) || /[0-9０-９]/.test(text.charAt(0))) && one.before) || (one.after && NUMERAL.test(text.slice(-1)) && one.after);
    if (!chip) return;
    var href = chip.dataset.href;
    setTimeout(function () {
      one.box.innerHTML = one.was;
      sync(one.box);
      note(editor().dataset.bound, href);
    }, 0);
  });
  document.addEventListener("input", function (event) {
    var box = event.target.closest && event.target.closest("[data-box]");
    if (box) sync(box);
  });

  document.addEventListener("click", function (event) {
    var chip = event.target.closest && event.target.closest("[data-box] .chip");
    if (chip) { refuse(chip); return; }
    var bold = event.target.closest && event.target.closest("[data-bold]");
    if (!bold) return;
    var box = bold.closest(".passage").querySelector("[data-box]"), range = here(box), input = bold.form.elements[bold.dataset.bold];
    input.value = range ? range.toString().trim() : "";
    input.focus();
  });

  // Keys: arrows and b while the grid has the focus, Ctrl+Enter in a text, Esc back to the place in the grid.
  function cells() { return Array.prototype.slice.call(document.querySelectorAll("[data-cell]")); }
  function place() { return document.querySelector("[data-cell][aria-current]") || cells()[0]; }
  function roam(cell, key) {
    var row = cell.closest("tr"), at = cell.closest("td").cellIndex, next = cell.closest("td");
    if (key === "ArrowLeft" || key === "ArrowRight") {
      var all = cells(), step = all.indexOf(cell) + (key === "ArrowLeft" ? -1 : 1);
      next = all[step];
    } else {
      while ((row = key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling)) {
        next = row.cells[at] && row.cells[at].querySelector("[data-cell]");
        if (next) break;
      }
      if (!row) return;
    }
    if (next && next.focus) { cells().forEach(function (one) { one.tabIndex = one === next ? 0 : -1; }); next.focus(); }
  }
  function blank(cell) {
    var form = document.getElementById("blanking");
    if (!form || leave()) return;
    form.elements.place.value = cell.dataset.place;
    form.elements.version.value = cell.dataset.version;
    form.requestSubmit();
  }
  function leave() { return dirty() && !window.confirm(editor().dataset.unsaved); }
  document.addEventListener("keydown", function (event) {
    if (!editor() || event.isComposing || event.altKey) return;
    var cell = event.target.closest && event.target.closest("[data-cell]");
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      var work = event.target.closest("[data-work]");
      if (work) { event.preventDefault(); event.stopPropagation(); work.querySelector('button[value="save"]').click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && event.target.closest("#desk") && place()) {
      event.preventDefault(); event.stopPropagation();
      var fold = document.querySelector(".fold");
      if (fold) fold.open = true;
      place().focus();
      return;
    }
    if (event.key === "Escape" && cell) { cell.blur(); return; }
    if (!cell || off()) return;
    if (/^Arrow/.test(event.key)) roam(cell, event.key);
    else if (event.key === "b") blank(cell);
    else return;
    event.preventDefault(); event.stopPropagation();
  }, true);

  // Nothing that was written is left behind unasked.
  window.addEventListener("beforeunload", function (event) { if (editor() && !kept && dirty()) event.preventDefault(); });
  document.addEventListener("submit", function (event) { if (event.target.hasAttribute("data-work")) { boxes().forEach(sync); kept = "sent"; } }, true);
  document.body.addEventListener("htmx:beforeRequest", function (event) {
    var from = event.detail.elt;
    if (from.hasAttribute("data-cell") && leave()) { event.preventDefault(); return; }
    var active = document.activeElement;
    wanted = from.hasAttribute("data-cell") ? "" : active && active.id ? active.id : "";
  });
  document.body.addEventListener("htmx:afterRequest", function () { kept = ""; });

  // The page, or the part of it that came anew: boxes instead of textareas, one place to enter the grid, the focus kept.
  function settle() {
    if (!editor()) return;
    boxes().forEach(function (box) {
      box.hidden = false;
      box.contentEditable = "true";
      box.spellcheck = false;
      textarea(box).hidden = true;
    });
    document.querySelectorAll("[data-bold]").forEach(function (one) { one.hidden = false; });
    var entry = place();
    cells().forEach(function (one) { one.tabIndex = one === entry ? 0 : -1; });
    var fold = document.querySelector(".fold");
    if (fold) fold.open = window.matchMedia("(min-width: 900px)").matches || !editor().classList.contains("has-place");
  }
  function attend(fresh) {
    var fault = document.getElementById("fault"), held = wanted && document.getElementById(wanted);
    if (fault) fault.focus();
    else if (held) held.focus();
    else if (fresh || location.hash === "#desk") {
      var first = document.querySelector("#desk [data-box], #desk .offer button, #desk .save button");
      if (first) first.focus({ preventScroll: fresh && window.matchMedia("(min-width: 900px)").matches });
      else if (place()) place().focus();
    }
    wanted = "";
  }
  document.body.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.target.id !== "editor" && event.detail.elt.id !== "editor") return;
    settle();
    attend(true);
  });
  settle();
  attend(false);
})();
