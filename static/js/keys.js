/* Keyboard shortcuts. Those of a single key can be switched off (WCAG 2.1.4) and never act while
   someone types. */
(function () {
  "use strict";

  var single = document.body.dataset.singleKeys !== "off";
  var going = 0; /* until when a second key after g is waited for */

  function typing(target) {
    return target.closest && target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  function button(what) {
    var near = document.activeElement && document.activeElement.form;
    var all = Array.from(document.querySelectorAll("button[data-do='" + what + "']"));
    if (near) {
      var own = all.filter(function (one) { return one.form === near; })[0];
      if (own) return own;
    }
    return all[0];
  }

  function go(selector) {
    var link = document.querySelector(selector);
    if (link) link.click();
  }

  /* Focus goes to the heading, so that the list is read from its start, and back when it closes. */
  function show(help) {
    var before = document.activeElement;
    help.showModal();
    help.querySelector("h2").focus();
    help.addEventListener("close", function () { if (before) before.focus(); }, { once: true });
  }

  document.addEventListener("keydown", function (event) {
    if (event.repeat || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    var command = event.ctrlKey || event.metaKey;
    var wanted = command && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s" ? "save"
      : event.altKey && !command && event.code === "KeyN" ? "next" : "";
    if (wanted) {
      var found = button(wanted);
      if (!found) return;
      event.preventDefault();
      found.click();
      return;
    }
    if (!single || command || event.altKey || typing(event.target)) return;
    if (going > Date.now()) {
      going = 0;
      if (event.key === "h") { event.preventDefault(); go("a.pp-brand"); return; }
      if (event.key === "a") { event.preventDefault(); go(".pp-appmenu a"); return; }
    }
    if (event.key === "g") { going = Date.now() + 1500; return; }
    if (event.key === "?") {
      var help = document.getElementById("keys");
      if (help) { event.preventDefault(); show(help); }
    }
    if (event.key === "/") {
      var search = document.getElementById("find") || document.querySelector("main input[type=search]");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });
})();
