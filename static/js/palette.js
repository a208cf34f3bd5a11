/* Ctrl+K (Cmd+K on a Mac) finds accounts and pages: a dialog with a combobox, whose options the server
   finds. What is typed is posted, so that no number gets into an address or a log. */
(function () {
  "use strict";

  var where = document.body.dataset.palette;
  var dialog = document.getElementById("palette");
  if (!where || !dialog || !dialog.showModal) return;

  var words = document.getElementById("palette-words");
  var list = document.getElementById("palette-list");
  var said = document.getElementById("palette-said");
  var fails = document.getElementById("palette-fails");
  var mac = /Mac|iPhone|iPad/.test(navigator.platform || "");
  var before = null; /* what had the focus */
  var asked = null; /* the question that is not answered yet */
  var waits = 0; /* the timer until the next question */
  var at = -1; /* the place of the active option */
  var answered = ""; /* the words to which the shown options belong */
  var opens = false; /* Enter was pressed before its options were there */

  function typing(target) {
    return target.closest && target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  function options() { return Array.from(list.querySelectorAll("[role=option]")); }

  function choose(place) {
    var all = options();
    at = all.length ? (place + all.length) % all.length : -1;
    all.forEach(function (one, number) { one.setAttribute("aria-selected", String(number === at)); });
    if (at < 0) { words.removeAttribute("aria-activedescendant"); return; }
    words.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }

  function show(html) {
    list.innerHTML = html;
    var count = list.querySelector("[data-said]");
    said.textContent = count ? count.dataset.said : "";
    words.setAttribute("aria-expanded", String(options().length > 0));
    choose(0);
    if (opens && at >= 0) options()[at].click();
    opens = false;
  }

  function ask() {
    window.clearTimeout(waits);
    if (asked) asked.abort();
    asked = new AbortController();
    var mine = asked;
    var token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
    var typed = words.value;
    var body = new URLSearchParams({ q: typed, here: window.location.pathname });
    fetch(where, {
      method: "POST",
      body: body,
      signal: mine.signal,
      headers: { "X-CSRFToken": token, "HX-Request": "true" }
    }).then(function (answer) {
      if (!answer.ok || answer.headers.get("HX-Redirect")) throw new Error("no answer");
      return answer.text();
    }).then(function (html) {
      if (mine !== asked) return;
      fails.hidden = true;
      answered = typed;
      show(html);
    }).catch(function () {
      if (mine !== asked || mine.signal.aborted) return;
      opens = false;
      show("");
      fails.hidden = false;
    });
  }

  function open() {
    before = document.activeElement;
    words.value = answered = "";
    opens = false;
    show("");
    fails.hidden = true;
    dialog.showModal();
    words.focus();
    ask();
  }

  dialog.addEventListener("close", function () {
    window.clearTimeout(waits);
    if (asked) asked.abort();
    if (before && before.isConnected) before.focus();
  });

  words.addEventListener("input", function () {
    window.clearTimeout(waits);
    waits = window.setTimeout(ask, 150);
  });

  words.addEventListener("keydown", function (event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (event.repeat) return;
      if (answered !== words.value) { opens = true; ask(); return; }
      var chosen = options()[at];
      if (chosen) chosen.click();
    }
  });

  /* The page is left by the link, so the dialog is closed: a question about unsaved text needs it. */
  list.addEventListener("click", function (event) {
    if (event.target.closest("[role=option]") && !event.ctrlKey && !event.metaKey) dialog.close();
  });

  document.addEventListener("keydown", function (event) {
    var command = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
    if (!command || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    if (event.repeat || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (typing(event.target)) return;
    event.preventDefault();
    open();
  });
})();
