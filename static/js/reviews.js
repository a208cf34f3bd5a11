/* Keys of the review page and saved reasons without a round trip. Everything works without it. */
(function () {
  "use strict";

  var STORED = "review-keys";
  var STAYS = "e"; /* a key that leaves the page as it is */
  var acted = false; /* one decision for each page: a key held down accepts one criterion */

  function enabled() {
    if (document.body.dataset.singleKeys === "off") return false;
    try { return window.localStorage.getItem(STORED) !== "off"; } catch (error) { return true; }
  }

  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  function open() { return document.querySelector("dialog[open]") !== null; }

  /* Ctrl+Enter in the comment returns the criterion; in the internal note it saves the note. */
  function send(event) {
    var form = event.target.form;
    if (!form || !form.hasAttribute("data-decide") || event.target.tagName !== "TEXTAREA" || acted) return;
    var what = event.target.name === "comment" ? "return" : "save";
    var button = Array.from(document.querySelectorAll('button[name=act][value="' + what + '"]'))
      .filter(function (one) { return one.form === form; })[0];
    if (!button) return;
    event.preventDefault();
    acted = true;
    button.click();
  }

  document.addEventListener("keydown", function (event) {
    if (event.repeat || event.altKey || event.defaultPrevented || open()) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { send(event); return; }
    if (event.ctrlKey || event.metaKey || !enabled() || acted) return;
    if (typing(event.target) || !/^[a-z]$/.test(event.key)) return;
    var control = document.querySelector('[data-key="' + event.key + '"]');
    if (!control) return;
    var comment = document.getElementById("id_comment");
    event.preventDefault();
    if (event.key === "r" && comment && !comment.value.trim()) { comment.focus(); return; }
    if (control.matches("input, textarea")) { control.focus(); return; }
    acted = STAYS.indexOf(event.key) < 0;
    /* After staying on the page, the keys work again. */
    if (!control.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }))) acted = false;
  });

  /* c and n name the texts of the form; forms are drawn by their components. */
  [["c", "id_comment"], ["n", "id_internal_note"]].forEach(function (one) {
    var area = document.getElementById(one[1]);
    if (area && area.form && area.form.hasAttribute("data-decide")) area.dataset.key = one[0];
  });

  /* d shows the next comparison. */
  var modes = Array.from(document.querySelectorAll(".pp-mid .pp-seg a"));
  var place = modes.findIndex(function (one) { return one.hasAttribute("aria-current"); });
  if (modes.length > 1) modes[(place + 1) % modes.length].dataset.key = "d";

  /* In the box that g opens, h and a still work as in g h and g a. */
  var jump = document.getElementById("jump");
  if (jump) jump.addEventListener("keydown", function (event) {
    var to = { h: "a.pp-brand", a: ".pp-appmenu a" }[event.key];
    var link = to && !jump.value && document.querySelector(to);
    if (event.key === "Escape") jump.blur();
    if (link) { event.preventDefault(); link.click(); }
  });

  /* The list of keys (?) begins with the keys of this page. */
  var here = document.getElementById("keys-here");
  var dialog = document.getElementById("keys");
  if (here && dialog) { dialog.querySelector("h2").after(here); here.hidden = false; }

  window.addEventListener("pageshow", function () { acted = false; });

  /* A long list scrolls to the current criterion. */
  var current = document.querySelector(".pp-list [aria-current=page]");
  if (current) {
    var list = current.closest(".pp-list");
    if (list.scrollHeight > list.clientHeight) list.scrollTop = current.offsetTop - list.clientHeight / 3;
  }

  /* A chosen saved reason is added to the comment; without this file the button does it. */
  var texts = document.getElementById("reason-texts");
  var choice = document.querySelector("[data-reasons]");
  if (texts && choice) {
    var byCode = JSON.parse(texts.textContent);
    var button = choice.parentElement.querySelector("button[value=insert]");
    button.addEventListener("click", function (event) {
      var area = document.getElementById("id_" + choice.dataset.reasons);
      if (!area) return;
      event.preventDefault();
      if (!byCode[choice.value]) { choice.focus(); return; }
      area.value = (area.value.trim() ? area.value.trim() + "\n\n" : "") + byCode[choice.value];
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
      choice.value = "";
    });
  }

  /* While keys are on, each button shows its key. */
  function hints() {
    document.querySelectorAll("[data-key-hint]").forEach(function (one) { one.hidden = !enabled(); });
  }
  hints();

  /* Single keys can be switched off (WCAG 2.1.4). */
  var help = document.querySelector("[data-keys]");
  if (help) {
    var toggle = help.querySelector("[data-keys-switch]");
    var show = function () {
      var on = enabled();
      toggle.textContent = on ? toggle.dataset.off : toggle.dataset.on;
      toggle.setAttribute("aria-pressed", String(on));
      help.querySelectorAll("span").forEach(function (one) { one.hidden = !on; });
      hints();
    };
    toggle.addEventListener("click", function () {
      try { window.localStorage.setItem(STORED, enabled() ? "off" : "on"); } catch (error) { return; }
      show();
    });
    help.hidden = false;
    show();
  }
})();
