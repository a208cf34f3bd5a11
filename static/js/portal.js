/* Small enhancements. Every page and form works without this file. */
(function () {
  "use strict";

  var UNCOUNTED = new RegExp(
    "[\\u00ad\\u0300-\\u036f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u1ab0-\\u1aff\\u1dc0-\\u1dff"
    + "\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u20d0-\\u20ff\\u3164\\ufe00-\\ufe0f\\ufe20-\\ufe2f"
    + "\\ufeff\\uffa0\\ufff9-\\ufffc\\u{13430}-\\u{1345f}\\u{e0000}-\\u{e0fff}]", "gu");

  /* One box selects every row of a page of a list. */
  document.querySelectorAll("[data-select-all]").forEach(function (all) {
    var boxes = function () {
      return Array.from(document.querySelectorAll(".pp-pick input[type=checkbox]")).filter(function (one) {
        return one.form && one.form.id === all.dataset.selectAll;
      });
    };
    all.parentElement.hidden = false;
    all.addEventListener("change", function () {
      boxes().forEach(function (one) { one.checked = all.checked; });
    });
  });

  function each(root, selector, act) {
    if (root.matches && root.matches(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  }

  /* Error summary and conflicts are read first; what is gone names the place where its reader goes
     on. A form keeps the fragment of its page when it is sent, and the browser would go there
     instead. */
  function focusFirst(root) {
    var box = root.querySelector("[data-focus]");
    if (!box) return;
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
    (document.getElementById(box.dataset.focus) || box).focus();
  }

  /* A link of the error summary moves to its control, also inside a closed details. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest(".pp-errors a[href^='#']");
    if (!link) return;
    var control = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!control) return;
    event.preventDefault();
    var closed = control.closest("details:not([open])");
    if (closed) closed.open = true;
    control.focus({ preventScroll: true });
    var field = control.closest(".pp-field") || control;
    field.scrollIntoView({ block: "start" });
  });

  /* Characters and lines typed; said aloud only when a limit is passed. The server counts line
     ends as one character and no empty lines at the end, and so does this. */
  function counter(out) {
    var area = document.getElementById(out.dataset.counterFor);
    if (!area) return;
    var data = out.dataset, max = Number(data.max), most = Number(data.lines);
    area.removeAttribute("maxlength");
    var least = Number(data.min || 0);
    /* Like the server: a thousands separator from 10,000 on. */
    function format(x) { return x.toLocaleString(document.documentElement.lang || "en", { useGrouping: x >= 10000 }); }
    function say(words, n, limit) { return words.replace("{n}", format(n)).replace("{max}", format(limit)); }
    function show() {
      var n = Array.from(area.value).length, text = area.value.trim(), short = least - seen(area.value);
      var lines = text ? text.split("\n").length : 0, tooMany = most > 0 && lines > most;
      var over = n > max || tooMany, said;
      if (n > max) said = [say(data.over, n - max, max)];
      else if (short === 1) said = [data.shortOne];
      else if (short > 1) said = [say(data.short, short, least)];
      else said = [say(data.words, n, max)];
      if (tooMany) said.push(say(data.linesOver, lines - most, most));
      else if (most && short < 1) said.push(say(data.linesWords, lines, most));
      out.textContent = said.join(", ");
      if (over !== out.classList.contains("is-over")) {
        out.classList.toggle("is-over", over);
        out.setAttribute("aria-live", over ? "polite" : "off");
      }
    }
    area.addEventListener("input", show);
    show();
  }

  /* How many characters a reader sees, as core/text.py counts them: no accents on letters, nothing
     invisible, runs of blanks as one. */
  function seen(text) {
    return Array.from(text.replace(UNCOUNTED, "").replace(/[\s\u0085\u2800]+/g, " ").trim()).length;
  }

  function reveal(button) {
    var input = document.getElementById(button.dataset.reveal);
    if (!input) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var shown = input.type === "text";
      input.type = shown ? "password" : "text";
      button.firstElementChild.textContent = shown ? button.dataset.show : button.dataset.hide;
    });
    if (input.form) {
      input.form.addEventListener("submit", function () { input.type = "password"; });
    }
  }

  /* A second click on the same button is ignored; the button stays readable and focusable. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    giveUp();
    if (form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    /* A form that was refused is the answer to a form. Once it is sent again, Back opens its page
       afresh; otherwise the browser would ask to send the refused form once more. */
    if (document.querySelector("[data-focus]")) history.replaceState(history.state, "", location.href);
    var button = event.submitter;
    if (button) button.setAttribute("aria-disabled", "true");
    window.setTimeout(function () { release(form); }, 8000);
  });

  /* The page is left: no more parts of it are requested, and late answers are ignored. */
  var going = false;
  function giveUp() {
    going = true;
    window.setTimeout(function () { going = false; }, 8000);
  }
  ["htmx:beforeRequest", "htmx:beforeOnLoad"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (going) event.preventDefault();
    });
  });

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach(function (one) {
      one.removeAttribute("aria-disabled");
    });
  }

  /* Back shows the current state, not what the browser kept: a sent form is not shown again. */
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && document.querySelector("[data-current]")) window.location.reload();
  });

  window.addEventListener("pageshow", function () {
    going = false;
    document.querySelectorAll("form[data-sent]").forEach(release);
  });

  /* A document in progress: checked without a new page, and opened when it is ready. */
  document.querySelectorAll("[data-ask-again]").forEach(function (place) {
    var link = place.querySelector("a");
    var timer = window.setInterval(function () {
      fetch(link.href, { method: "HEAD", credentials: "same-origin" }).then(function (answer) {
        if (answer.status === 202) {
          /* Making it has failed: the page says so. */
          if (answer.headers.get("Retry-After") !== place.dataset.askAgain) window.location.reload();
          return;
        }
        window.clearInterval(timer);
        if (answer.ok) link.textContent = place.dataset.ready;
        window.location.assign(link.href);
      }, function () {});
    }, Number(place.dataset.askAgain) * 1000);
  });

  /* How far the worker is: read again without a new page, and the whole page once it is done. */
  document.querySelectorAll("[data-watch-progress]").forEach(function (place) {
    var timer = window.setInterval(function () {
      fetch(window.location.href, { credentials: "same-origin" }).then(function (answer) {
        return answer.text();
      }).then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var now = page.querySelector("[data-watch-progress]");
        if (now) {
          place.innerHTML = now.innerHTML;
          return;
        }
        window.clearInterval(timer);
        window.location.reload();
      }, function () {});
    }, Number(place.dataset.watchProgress) * 1000);
  });

  /* A page for visitors: nobody is signed in, and the other tabs say so (session.js). */
  if (document.body.dataset.person === "") {
    try { window.localStorage.removeItem("portal-session"); } catch (error) { /* private window */ }
  }

  /* The Application Menu closes on Escape and on a click elsewhere. */
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      var within = menu.contains(document.activeElement);
      menu.open = false;
      if (within) menu.querySelector("summary").focus(); /* a text at hand keeps the focus */
    });
  });

  /* A pasted picture is chosen in the only field of files of the page; lists of files have a way of
     their own (upload.js). What comes with a text is pasted as text. */
  document.addEventListener("paste", function (event) {
    var fields = document.querySelectorAll("input[type=file]"), data = event.clipboardData;
    if (fields.length !== 1 || fields[0].form.hasAttribute("data-upload") || !data) return;
    if (!data.files.length || data.types.includes("text/plain")) return;
    event.preventDefault();
    var file = data.files[0], held = new DataTransfer();
    var name = new Date().toISOString().slice(0, 19).replace(/\D/g, "-") + "-" + file.name;
    held.items.add(new File([file], name, { type: file.type }));
    fields[0].files = held.files;
    fields[0].dispatchEvent(new Event("change", { bubbles: true }));
    fields[0].focus();
  });

  /* Where tabs are wider than the screen, the current one is in sight. */
  document.querySelectorAll(".pp-tabs").forEach(function (tabs) {
    var current = tabs.querySelector("[aria-current]");
    if (current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
  });

  function enhance(root) {
    each(root, "[data-counter-for]", counter);
    each(root, "[data-reveal]", reveal);
    each(root, "[data-copy]", copier);
    each(root, "[data-fills]", filler);
    each(root, "[data-unfold]", unfolder);
    each(root, "[data-print]", function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
  }

  /* Opens or closes every folded section of the page; printing opens them in any browser. */
  function folds() { return Array.from(document.querySelectorAll("details.pp-fold")); }
  function unfolder(button) {
    var words = button.querySelector("span");
    button.hidden = false;
    function show() {
      var open = folds().every(function (one) { return one.open; });
      words.textContent = open ? button.dataset.close : button.dataset.open;
      return open;
    }
    button.addEventListener("click", function () {
      var open = !show();
      folds().forEach(function (one) { one.open = open; });
      window.setTimeout(show);
    });
    document.addEventListener("toggle", show, true);
  }
  window.addEventListener("beforeprint", function () {
    folds().forEach(function (one) { one.open = true; });
  });

  /* A list whose choice fills a text field, where it can be changed. */
  function filler(list) {
    var field = document.getElementById(list.dataset.fills);
    if (!field) return;
    list.parentElement.hidden = false;
    list.value = Array.from(list.options).some(function (one) { return one.value === field.value; })
      ? field.value : "";
    list.addEventListener("change", function () {
      if (!list.value) return;
      field.value = list.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    field.addEventListener("input", function () { if (field.value !== list.value) list.value = ""; });
  }

  /* Copies a text that the page shows; says so next to the button. */
  function copier(button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var text = button.dataset.text || document.getElementById(button.dataset.copy).innerText.trim();
      navigator.clipboard.writeText(text).then(function () {
        button.nextElementSibling.textContent = button.dataset.done;
      }, function () {});
    });
  }

  enhance(document);
  focusFirst(document);
  document.addEventListener("htmx:afterSwap", function (event) {
    enhance(event.target);
    focusFirst(event.target);
  });
})();
