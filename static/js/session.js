/* Warns before the session ends and says when it has. Without this file the server still keeps
   what is posted too late. All tabs of a browser agree through localStorage. */
(function () {
  "use strict";

  var body = document.body.dataset;
  var STORED = "portal-session";
  var state = null;
  var told = {};

  function now() { return Date.now(); }

  function read() {
    try { return JSON.parse(window.localStorage.getItem(STORED)); } catch (error) { return null; }
  }

  function write(value) {
    try {
      if (value) window.localStorage.setItem(STORED, JSON.stringify(value));
      else window.localStorage.removeItem(STORED);
    } catch (error) { /* private windows: each tab for itself */ }
  }

  function show(name, at) {
    if (told[name]) return;
    told[name] = true;
    var box = document.getElementById("session-" + name);
    if (!box) return;
    var words = box.querySelector("[data-words]");
    if (words && at) {
      var time = new Date(at).toLocaleTimeString(document.documentElement.lang || "en",
        { hour: "numeric", minute: "2-digit" });
      words.textContent = words.dataset.words.replace("{time}", time);
    }
    document.querySelectorAll("dialog[open]").forEach(function (one) { one.close(); });
    box.showModal();
  }

  function hide(name) {
    told[name] = false;
    var box = document.getElementById("session-" + name);
    if (box && box.open) box.close();
  }

  function look() {
    if (!state || told.over || told.other) return;
    var warn = Number(body.warn) * 1000;
    var left = Math.min(state.idle, state.last) - now();
    if (left <= 0) { hide("soon"); hide("last"); show("over"); return; }
    if (state.last <= state.idle) {
      if (state.last - now() <= warn) { hide("soon"); show("last", state.last); }
    } else if (state.idle - now() <= warn) show("soon", state.idle);
    else hide("soon");
  }

  function take(left) {
    state = { person: body.person, idle: now() + left.idle * 1000, last: now() + left.last * 1000 };
    write(state);
    look();
  }

  function stay() {
    var headers = { "X-Requested-With": "XMLHttpRequest" };
    try { Object.assign(headers, JSON.parse(document.body.getAttribute("hx-headers"))); } catch (error) { /* none */ }
    fetch(body.stay, { method: "POST", credentials: "same-origin", headers: headers, redirect: "manual" })
      .then(function (answer) {
        if (!answer.ok) throw new Error("ended");
        return answer.json();
      }).then(function (left) { hide("soon"); take(left); },
        function () { hide("soon"); show("over"); });
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-session-stay]")) stay();
    var close = event.target.closest("dialog [data-close]");
    if (close) close.closest("dialog").close();
  });

  /* What happens in another tab also counts here: a page opened, staying, signing out, another person. */
  window.addEventListener("storage", function (event) {
    if (event.key !== STORED || !body.person) return;
    var theirs = read();
    if (!theirs) { state = null; hide("soon"); hide("last"); show("over"); return; }
    if (theirs.person !== body.person) { state = null; hide("soon"); hide("last"); hide("over"); show("other"); return; }
    state = theirs;
    hide("over");
    hide("other");
    look();
  });

  document.querySelectorAll("dialog [data-and-back]").forEach(function (link) {
    link.href += "?next=" + encodeURIComponent(window.location.pathname + window.location.search);
  });

  if (body.person) {
    take({ idle: Number(body.idle), last: Number(body.last) });
    window.setInterval(look, 1000);
    document.addEventListener("visibilitychange", look);
  }
})();
