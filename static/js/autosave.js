/* A message is saved as a draft while it is written: two seconds after the last key, and on leaving the page.
   The answer names the draft and its version; another tab's draft is never overwritten
   (messages_app/services/drafts.py). Without this file, Save draft does the same. */
(function () {
  "use strict";

  var PAUSE = 2000;
  var KEPT = ["subject", "body", "about"]; /* what a draft has */

  function field(form, name) { return form.querySelector("input[type=hidden][name='" + name + "']"); }

  function written(form) {
    var data = new FormData(form);
    data.delete("file");
    data.append("autosave", "1");
    return data;
  }

  function start(form) {
    var words = form.querySelector("[data-autosave-words]");
    var timer = 0;
    var busy = false;
    var again = false;
    var dirty = false;

    function say(kind, at) {
      words.querySelectorAll("[data-when]").forEach(function (one) { one.hidden = one.dataset.when !== kind; });
      var moment = words.querySelector("[data-at]");
      if (moment && at) moment.textContent = at;
    }

    function known(answer) { /* a part was refused; the rest is saved under this key */
      field(form, "form_key").value = answer.form_key;
      field(form, "draft_version").value = answer.draft_version;
      throw new Error("refused");
    }

    function done(answer) {
      field(form, "form_key").value = answer.form_key;
      field(form, "draft_version").value = answer.draft_version;
      say(answer.is_copy ? "copy" : "saved", answer.at);
      form.dispatchEvent(new CustomEvent("portal:saved", { bubbles: true, detail: KEPT }));
    }

    function save() {
      window.clearTimeout(timer);
      if (busy) { again = true; return; }
      if (!dirty || form.dataset.sent) return;
      busy = true;
      dirty = false;
      say("saving");
      form.dispatchEvent(new CustomEvent("portal:saving", { bubbles: true }));
      window.fetch(form.getAttribute("action") || window.location.href, {
        method: "POST", body: written(form), headers: { Accept: "application/json" }, redirect: "error",
      }).then(function (response) {
        if (response.status === 422) return response.json().then(known);
        if (!response.ok) throw new Error(String(response.status));
        return response.json().then(done);
      }).catch(function () {
        dirty = true;
        say("failed");
      }).then(function () {
        busy = false;
        if (again) { again = false; save(); }
      });
    }

    form.addEventListener("input", function (event) {
      if (event.target.type === "file") return;
      dirty = true;
      window.clearTimeout(timer);
      timer = window.setTimeout(save, PAUSE);
    });
    form.addEventListener("focusout", save);
    form.addEventListener("submit", function () { window.clearTimeout(timer); dirty = false; });
    window.addEventListener("online", save);
    window.addEventListener("pagehide", function () {
      if (dirty && !busy && !form.dataset.sent && navigator.sendBeacon) {
        navigator.sendBeacon(form.getAttribute("action") || window.location.href, written(form));
      }
    });
  }

  document.querySelectorAll("form[data-autosave]").forEach(start);
})();
