/* Keys of the review page and saved reasons without a round trip. Everything works without it. */
(function () {
  "use strict";

  var STORED = "review-keys";
  var acted = false; /* one decision for each page: a key held down accepts one criterion */

  function enabled() {
    if (document.body.dataset.singleKeys === "off") return false;
    try { return window.localStorage.getItem(STORED) !== "off"; } catch (error) { return true; }
  }

  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  document.addEventListener("keydown", function (event) {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!enabled() || acted || document.querySelector("dialog[open]") || typing(event.target) || !/^[a-z]$/.test(event.key)) return;
    var control = document.querySelector('[data-key="' + event.key + '"]');
    if (!control) return;
    var comment = document.getElementById("id_comment");
    event.preventDefault();
    if (event.key === "r" && comment && !comment.value.trim()) { comment.focus(); return; }
    acted = event.key !== "e";
    /* Somebody who is asked first and stays can use the keys again. */
    if (!control.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }))) acted = false;
  });

  window.addEventListener("pageshow", function () { acted = false; });

  /* A long list shows the criterion at hand. */
  var current = document.querySelector(".pp-list [aria-current=page]");
  if (current) {
    var list = current.closest(".pp-list");
    if (list.scrollHeight > list.clientHeight) list.scrollTop = current.offsetTop - list.clientHeight / 3;
  }

  /* A saved reason joins the comment where it is chosen; without this file the button does it. */
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

  /* Single keys can be switched off (WCAG 2.1.4). */
  var help = document.querySelector("[data-keys]");
  if (help) {
    var toggle = help.querySelector("[data-keys-switch]");
    var show = function () {
      var on = enabled();
      toggle.textContent = on ? toggle.dataset.off : toggle.dataset.on;
      toggle.setAttribute("aria-pressed", String(on));
      help.querySelectorAll("span").forEach(function (one) { one.hidden = !on; });
    };
    toggle.addEventListener("click", function () {
      try { window.localStorage.setItem(STORED, enabled() ? "off" : "on"); } catch (error) { return; }
      show();
    });
    help.hidden = false;
    show();
  }
})();
