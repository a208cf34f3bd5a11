/* Uploads of several files, one after the other, each with its progress and its result. Files can also be
   dropped on the form or pasted, such as a screenshot. All of them are in the field itself, so without this
   file, or where it gives up, the form sends them at once and says the same. */
(function () {
  "use strict";

  var PERCENT = 100;

  function start(form) {
    var input = form.querySelector("input[type=file]");
    var part = form.querySelector("[data-upload-queue]");
    if (!input || !part || !window.DataTransfer || !window.FormData) return;
    var words = part.dataset;
    var list = part.querySelector("ul");
    var said = part.querySelector("[data-said]");
    var results = part.querySelector("[data-results]");
    var pattern = part.querySelector("template");
    var rows = []; /* {file, row, state: waiting | sending | done | failed} */
    var busy = false;

    part.hidden = false;
    form.querySelectorAll("[data-without-script]").forEach(function (one) { one.hidden = true; });

    function fill(sentence, values) {
      return sentence.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
    }

    function say(text) { said.textContent = text; }

    function size(bytes) {
      return bytes < 1e6 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
    }

    /* --- choosing ------------------------------------------------------------------------------- */

    function show(one, text, url) {
      var state = one.row.querySelector("[data-state]");
      state.textContent = text;
      one.row.dataset.is = one.state;
      one.row.querySelector("progress").hidden = one.state !== "sending";
      one.row.querySelector("button").hidden = one.state === "sending" || one.state === "done";
      if (!url) return;
      var link = document.createElement("a");
      link.href = url;
      link.dataset.stays = "";
      link.textContent = one.file.name;
      one.row.querySelector("bdi").replaceChildren(link);
    }

    /* What waits is what the field has, so that the plain form would send the same. */
    function keep() {
      var held = new DataTransfer();
      rows.forEach(function (one) { if (one.state === "waiting" || one.state === "failed") held.items.add(one.file); });
      input.files = held.files;
    }

    function same(one, file) {
      return one.state !== "done" && one.file.name === file.name && one.file.size === file.size
        && one.file.lastModified === file.lastModified;
    }

    function take(files) {
      var fresh = Array.from(files).filter(function (file) {
        return !rows.some(function (one) { return same(one, file); });
      });
      var open = rows.filter(function (one) { return one.state !== "done"; }).length;
      var room = Number(words.most) - open;
      fresh.slice(0, Math.max(0, room)).forEach(add);
      if (fresh.length > room) say(fill(words.tooMany, { n: words.most }));
      else if (fresh.length === 1) say(fill(words.chosen, { name: fresh[0].name }));
      else if (fresh.length) say(fill(words.chosenMany, { n: fresh.length }));
      keep();
    }

    function add(file) {
      var row = pattern.content.firstElementChild.cloneNode(true);
      var one = { file: file, row: row, state: "waiting" };
      var remove = row.querySelector("button");
      row.querySelector("bdi").textContent = file.name;
      row.querySelector("[data-size]").textContent = size(file.size);
      row.querySelector("progress").setAttribute("aria-label", fill(words.progress, { name: file.name }));
      remove.setAttribute("aria-label", fill(words.remove, { name: file.name }));
      remove.addEventListener("click", function () {
        var place = rows.indexOf(one);
        rows.splice(place, 1);
        row.remove();
        keep();
        say(fill(words.removed, { name: file.name }));
        var near = list.querySelectorAll("li button:not([hidden])");
        (near[Math.min(place, near.length - 1)] || input).focus();
      });
      rows.push(one);
      list.append(row);
      show(one, words.waiting);
    }

    input.addEventListener("change", function () { take(input.files); });

    /* --- dropping and pasting ------------------------------------------------------------------- */

    function carriesFiles(event) {
      return event.dataTransfer && Array.from(event.dataTransfer.types).indexOf("Files") >= 0;
    }

    function dropped(transfer) {
      var folders = 0;
      var files = Array.from(transfer.items).filter(function (item) { return item.kind === "file"; })
        .map(function (item) {
          var entry = item.webkitGetAsEntry && item.webkitGetAsEntry();
          if (entry && entry.isDirectory) { folders += 1; return null; }
          return item.getAsFile();
        }).filter(Boolean);
      take(files);
      if (folders) say(words.folder);
    }

    /* A file that misses the form does not replace the page. */
    document.addEventListener("dragover", function (event) {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = busy ? "none" : "copy";
      part.classList.toggle("is-over", !busy);
    });
    document.addEventListener("dragleave", function (event) {
      if (!event.relatedTarget) part.classList.remove("is-over");
    });
    document.addEventListener("drop", function (event) {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      part.classList.remove("is-over");
      if (!busy) dropped(event.dataTransfer);
    });

    function two(number) { return String(number).padStart(2, "0"); }

    /* Pictures come from the clipboard without a name of their own. */
    function named(file) {
      var now = new Date();
      var day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
      var time = [two(now.getHours()), two(now.getMinutes()), two(now.getSeconds())].join(".");
      var ending = file.type === "image/jpeg" ? ".jpg" : ".png";
      return new File([file], words.screenshot + " " + day + " " + time + ending, { type: file.type });
    }

    document.addEventListener("paste", function (event) {
      var pasted = event.clipboardData ? Array.from(event.clipboardData.files) : [];
      /* Cells of a spreadsheet come as text and as a picture of it: they are text. */
      if (!pasted.length || busy || event.clipboardData.types.includes("text/plain")) return;
      event.preventDefault();
      take(pasted.map(function (file) { return /^image\.(png|jpe?g)$/.test(file.name) ? named(file) : file; }));
    });

    /* --- sending -------------------------------------------------------------------------------- */

    function body(one, many) {
      var data = new FormData(form);
      data.delete(input.name);
      data.append(input.name, one.file, one.file.name);
      data.append("of", many);
      return data;
    }

    function isSignIn(address) {
      return Boolean(address) && new URL(address).pathname === words.signIn;
    }

    /* The session ended: the form goes without its files, so that its words are kept and come back after the
       sign-in, where it is said that the files have to be chosen again. */
    function signInAgain() {
      busy = false;
      input.value = "";
      form.submit();
    }

    /* Calls back with the answer as JSON; with a page, if the rest of the form was refused; or with nothing. */
    function send(one, many, answered) {
      var request = new XMLHttpRequest();
      var bar = one.row.querySelector("progress");
      request.open("POST", form.getAttribute("action") || window.location.href);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", function (event) {
        if (!event.lengthComputable) return;
        var percent = Math.floor(PERCENT * event.loaded / event.total);
        bar.value = percent;
        show(one, percent < PERCENT ? fill(words.sending, { n: percent }) : words.checking);
      });
      request.addEventListener("load", function () {
        var isJson = /json/.test(request.getResponseHeader("Content-Type") || "");
        if (isSignIn(request.responseURL)) signInAgain();
        else if (isJson) answered(JSON.parse(request.responseText));
        else if (request.status === 422) answered(null, request.responseText);
        else answered(null);
      });
      ["error", "abort", "timeout"].forEach(function (kind) {
        request.addEventListener(kind, function () { answered(null); });
      });
      one.state = "sending";
      bar.value = 0;
      show(one, fill(words.sending, { n: 0 }));
      request.send(body(one, many));
    }

    /* The rest of the form was refused: its fields come with their errors, and the files stay. */
    function refuse(page) {
      var fresh = new DOMParser().parseFromString(page, "text/html");
      var now = fresh.querySelector("form[data-upload]");
      if (!now) { form.submit(); return; }
      form.parentElement.querySelectorAll(".pp-errors").forEach(function (one) { one.remove(); });
      var summary = fresh.querySelector(".pp-errors");
      if (summary) form.before(summary);
      now.querySelectorAll(".pp-field").forEach(function (field) {
        var control = field.querySelector("[id]:is(input, select, textarea)");
        var old = control && control.type !== "file" && form.querySelector("#" + CSS.escape(control.id));
        if (old) old.closest(".pp-field").replaceWith(field);
      });
      form.parentElement.dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true }));
    }

    function free() {
      busy = false;
      form.querySelectorAll("button[aria-disabled]").forEach(function (one) { one.removeAttribute("aria-disabled"); });
    }

    function end() {
      free();
      var done = rows.filter(function (one) { return one.state === "done"; }).length;
      var left = rows.length - done;
      keep();
      say(fill(left ? words.some : words.all, { n: done, of: rows.length, left: left }));
      results.hidden = !done;
      var first = list.querySelector("li[data-is=failed]");
      (first || said).focus();
      if (!done) return;
      var names = Array.from(form.elements).map(function (one) { return one.name; }).filter(Boolean);
      form.dispatchEvent(new CustomEvent("portal:saved", { bubbles: true, detail: names }));
    }

    function next(queue, many) {
      var one = queue.shift();
      if (!one) { end(); return; }
      if (one.file.size > Number(words.bytes)) {
        one.state = "failed";
        show(one, words.tooLarge);
        next(queue, many);
        return;
      }
      send(one, many, function (answer, page) {
        if (page) {
          one.state = "waiting";
          show(one, words.waiting);
          free();
          keep();
          say("");
          refuse(page);
          return;
        }
        one.state = answer && answer.outcome === "added" ? "done" : "failed";
        show(one, answer ? answer.words : words.broken, answer && answer.url);
        next(queue, many);
      });
    }

    form.addEventListener("submit", function (event) {
      var queue = rows.filter(function (one) { return one.state === "waiting" || one.state === "failed"; });
      if (busy) { event.preventDefault(); event.stopPropagation(); return; }
      if (!queue.length) return; /* the server says what is missing */
      event.preventDefault();
      event.stopPropagation(); /* nothing leaves the page */
      busy = true;
      form.dispatchEvent(new CustomEvent("portal:saving", { bubbles: true }));
      results.hidden = true;
      if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
      say(words.begun);
      next(queue, queue.length);
    });

    window.addEventListener("beforeunload", function (event) {
      if (busy) event.preventDefault();
    });

    if (input.files.length) take(input.files);
  }

  document.querySelectorAll("form[data-upload]").forEach(start);
})();
