/* Nothing that is typed is lost. Every form's text is mirrored into sessionStorage as it is typed, for the
   person and the tab, and shown again with a notice when the page comes back: after a reload, Back,
   another form's button. A link or key that leads elsewhere asks first. The server says in a cookie
   which draft is saved (core/drafts.py); only then is it forgotten. Passwords, codes and answers
   are never stored. Without this file the server still shows again whatever was sent to it. */
(function () {
  "use strict";

  var body = document.body.dataset;
  if (body.person === undefined || !body.secret) return; /* an error page: nobody knows who reads */
  var STORE = "portal-drafts";
  var LONGEST = 12 * 60 * 60 * 1000; /* no session lasts longer */
  var SECRET = new RegExp("^(?:" + body.secret + ")$", "i");
  var FILLED = /one-time-code|current-password|new-password/;
  var FLEETING = /^(hidden|submit|button|reset|image|file|password)$/;
  var person = body.person;
  var writer = person || body.visitor || ""; /* whose texts these are: also in a registration */
  var here = window.location.pathname;
  var bases = new WeakMap(); /* form: what the server put into it */
  var waiting = {}; /* draft id: texts whose control may still come, for example by htmx */
  var going = 0; /* until when leaving was decided already */
  var agreed = false; /* the next form may go although another one is not saved */
  var then = ""; /* where to go once the next form is saved */
  var restoring = false;

  /* --- the store ------------------------------------------------------------------------------ */

  function all() {
    try { return JSON.parse(window.sessionStorage.getItem(STORE)) || {}; } catch (error) { return {}; }
  }

  function store(drafts) {
    try {
      if (Object.keys(drafts).length) window.sessionStorage.setItem(STORE, JSON.stringify(drafts));
      else window.sessionStorage.removeItem(STORE);
    } catch (error) { /* full or forbidden: leaving asks all the same */ }
  }

  function write(key, draft) {
    var drafts = all();
    if (draft) drafts[key] = draft; else delete drafts[key];
    store(drafts);
  }

  function fresh() {
    var parts = window.crypto.getRandomValues(new Uint32Array(4));
    return Array.from(parts, function (one) { return one.toString(36); }).join("").slice(0, 40).padEnd(8, "0");
  }

  /* Drafts of someone else, old ones, and those that the server confirmed as saved. */
  function sweep() {
    var drafts = all();
    var saved = document.cookie.split("; ").filter(function (one) { return one.indexOf("saved-") === 0; })
      .map(function (one) { return one.slice(6).split("=")[0]; });
    Object.keys(drafts).forEach(function (key) {
      var one = drafts[key];
      var theirs = writer && one.person !== writer;
      if (theirs || Date.now() - one.at > LONGEST) { delete drafts[key]; return; }
      if (saved.indexOf(one.id) < 0) return;
      document.cookie = "saved-" + one.id + "=; Max-Age=0; path=/";
      /* Typed after the form was sent, so it is not saved. */
      if (one.sent && !same(one.sent, one.typed)) {
        one.base = one.sent;
        one.id = fresh();
        delete one.sent;
      } else delete drafts[key];
    });
    store(drafts);
  }

  /* --- forms ---------------------------------------------------------------------------------- */

  function same(a, b) { return JSON.stringify(a) === JSON.stringify(b); }

  function secret(one) {
    return one.type === "password" || SECRET.test(one.name) || FILLED.test(one.autocomplete || "");
  }

  /* Rows ticked in a list are not text: the next page shows them. */
  function controls(form) {
    if (form.hasAttribute("data-picks")) return [];
    return Array.from(form.elements).filter(function (one) {
      return one.name && !one.disabled && !one.readOnly && one.tagName !== "BUTTON"
        && one.tagName !== "FIELDSET" && one.tagName !== "OUTPUT" && !FLEETING.test(one.type) && !secret(one);
    });
  }

  function read(form, chosen, text) {
    var found = {};
    controls(form).forEach(function (one) {
      var list = found[one.name] || (found[one.name] = []);
      if (one.type === "checkbox" || one.type === "radio") {
        if (one[chosen]) list.push(one.value);
      } else if (one.tagName === "SELECT") {
        var options = Array.from(one.options);
        var picked = options.filter(function (o) { return chosen === "checked" ? o.selected : o.defaultSelected; });
        if (!picked.length && !one.multiple) picked = options.slice(0, 1);
        picked.forEach(function (o) { list.push(o.value); });
      } else list.push(one[text]);
    });
    return found;
  }

  function typedIn(form) { return read(form, "checked", "value"); }
  function servedIn(form) { return read(form, "defaultChecked", "defaultValue"); }

  function forms() {
    return Array.from(document.forms).filter(function (form) { return controls(form).length > 0; });
  }

  function isPost(form) { return (form.getAttribute("method") || "").toLowerCase() === "post"; }

  function place(form, submitter) {
    var action = (submitter && submitter.getAttribute("formaction")) || form.getAttribute("action") || window.location.href;
    return new URL(action, window.location.href).pathname;
  }

  function hidden(form, name) {
    return form.querySelector("input[type=hidden][name='" + name + "']");
  }

  /* Forms of one page are identified by their id or their order. */
  function keyOf(form) {
    function plain(one) {
      return [writer, place(one), isPost(one) ? "post" : "get", one.id].join(" ");
    }
    var mine = plain(form);
    var before = forms().filter(function (one) { return plain(one) === mine; }).indexOf(form);
    return mine + " " + Math.max(before, 0);
  }

  function differences(draft) {
    return Object.keys(draft.typed).filter(function (name) {
      return !same(draft.typed[name], draft.base[name] || []);
    });
  }

  function update(form) {
    if (restoring || !controls(form).length) return;
    var key = keyOf(form);
    var draft = all()[key];
    var base = Object.assign({}, bases.get(form) || servedIn(form), draft ? draft.base : {});
    var version = hidden(form, "version");
    draft = draft || { id: fresh(), person: writer, path: place(form), post: isPost(form), version: version && version.value };
    draft.base = base;
    draft.typed = Object.assign({}, draft.typed || {}, typedIn(form), waiting[draft.id] || {});
    draft.at = Date.now();
    write(key, differences(draft).length ? draft : null);
  }

  function forget(form) {
    write(keyOf(form), null);
  }

  /* --- what would be lost --------------------------------------------------------------------- */

  function holdsFile(form) {
    return Array.from(form.elements).some(function (one) { return one.type === "file" && one.files.length > 0; });
  }

  function holdsSecret(form) {
    return Array.from(form.elements).some(function (one) {
      return one.type !== "hidden" && one.name && "defaultValue" in one && one.type !== "checkbox"
        && secret(one) && one.value !== one.defaultValue;
    });
  }

  function unsaved(except) {
    var drafts = all();
    return Array.from(document.forms).filter(function (form) {
      if (form === except || !isPost(form) || form.dataset.sent) return false;
      return holdsFile(form) || holdsSecret(form) || Boolean(controls(form).length && drafts[keyOf(form)]);
    });
  }

  /* Answers to the security questions are written once and kept nowhere; a password or a code is
     typed again, mostly by the browser, and whoever signs in is not asked about it. */
  function holdsAnswer(form) {
    return Array.from(form.elements).some(function (one) {
      return one.type === "text" && SECRET.test(one.name) && !one.readOnly
        && !FILLED.test(one.autocomplete || "") && one.value !== one.defaultValue;
    });
  }

  function cannotComeBack(form) { return holdsFile(form) || holdsAnswer(form); }

  function cannotStay(form) { return holdsFile(form) || holdsSecret(form); }

  /* --- shown again ---------------------------------------------------------------------------- */

  function put(form, name, list) {
    var found = controls(form).filter(function (one) { return one.name === name; });
    if (!found.length) return false;
    var placed = true;
    found.forEach(function (one, index) {
      if (one.type === "checkbox" || one.type === "radio") one.checked = list.indexOf(one.value) >= 0;
      else if (one.tagName === "SELECT") {
        var options = Array.from(one.options);
        placed = list.every(function (value) { return options.some(function (o) { return o.value === value; }); });
        if (placed) options.forEach(function (o) { o.selected = list.indexOf(o.value) >= 0; });
      } else one.value = list[index] === undefined ? "" : list[index];
    });
    if (placed) {
      found[0].dispatchEvent(new Event("input", { bubbles: true }));
      found[0].dispatchEvent(new Event("change", { bubbles: true }));
    }
    return placed;
  }

  function restore(form, draft) {
    var now = servedIn(form);
    var clashes = [];
    var left = {};
    var placed = 0;
    restoring = true;
    Object.keys(draft.typed).forEach(function (name) {
      var list = draft.typed[name];
      if (same(list, draft.base[name] || [])) { if (now[name]) draft.base[name] = draft.typed[name] = now[name]; return; }
      if (same(list, now[name])) return;
      if (now[name] && draft.base[name] && !same(now[name], draft.base[name])) clashes.push(name);
      if (put(form, name, list)) placed += 1; else if (list.join("").trim()) left[name] = list;
    });
    restoring = false;
    waiting[draft.id] = left;
    var version = hidden(form, "version");
    if (version && clashes.length && draft.version) version.value = draft.version; /* P5: both are shown */
    return { placed: placed, left: left, clashes: version ? [] : clashes.map(function (name) { return now[name].join(", "); }),
      versioned: Boolean(version && clashes.length) };
  }

  function notice(before, kind, texts, discard) {
    var template = document.getElementById("draft-notice");
    if (!template || !before) return;
    var box = template.content.firstElementChild.cloneNode(true);
    var words = Array.from(box.querySelectorAll("[data-when]"));
    words.forEach(function (one) { if (one.dataset.when.split(" ").indexOf(kind) < 0) one.remove(); });
    var quotes = box.querySelector("[data-texts]");
    texts.forEach(function (text) {
      var quote = document.createElement("div");
      quote.className = "pp-quote pp-text";
      quote.textContent = text;
      quotes.append(quote);
    });
    if (!texts.length) quotes.remove();
    box.querySelector("[data-discard]").addEventListener("click", function () {
      discard();
      box.remove();
    });
    /* A status is read aloud if its words are added after it. */
    var content = box.querySelector("[role=status]");
    var inside = Array.from(content.childNodes);
    content.replaceChildren();
    before.before(box);
    window.setTimeout(function () { content.append.apply(content, inside); }, 100);
  }

  function discarder(form, draft) {
    return function () {
      var now = servedIn(form);
      var first = null;
      restoring = true;
      differences(draft).forEach(function (name) {
        if (now[name]) put(form, name, now[name]);
        first = first || controls(form).filter(function (one) { return one.name === name; })[0];
      });
      restoring = false;
      var version = hidden(form, "version");
      if (version) version.value = version.defaultValue;
      delete waiting[draft.id];
      forget(form);
      if (first) first.focus();
    };
  }

  function texts(left) {
    return Object.keys(left).map(function (name) { return left[name].join(", "); });
  }

  function comeBack(form) {
    var key = keyOf(form);
    var draft = all()[key];
    bases.set(form, servedIn(form));
    if (!draft) return;
    var answered = body.posted !== undefined && draft.sent;
    if (answered) { /* the server shows again what it was sent, with its reasons or an addition */
      delete draft.sent;
      write(key, draft);
      update(form);
      return;
    }
    var kept = document.querySelector("main .pp-notice--kept:not([data-draft])");
    var asServed = differences(draft).every(function (name) { return same(draft.typed[name], servedIn(form)[name]); });
    if (asServed) { if (!kept) write(key, null); return; } /* saved in another tab, or kept by the server */
    delete draft.sent;
    var done = restore(form, draft);
    write(key, draft);
    var kind = !draft.post ? "filter" : done.versioned ? "changed" : done.clashes.length ? "replaced" : "form";
    notice(form.closest("[data-draft-before]") || form, kind, texts(done.left).concat(done.clashes), discarder(form, draft));
  }

  /* A form that is no longer on its page: its text can be copied. */
  function orphans() {
    var drafts = all();
    var known = forms().map(keyOf);
    Object.keys(drafts).forEach(function (key) {
      var draft = drafts[key];
      if (draft.path !== here || !draft.post || draft.person !== writer || known.indexOf(key) >= 0) return;
      var left = {};
      differences(draft).forEach(function (name) {
        if (draft.typed[name].join("").trim().length > 1) left[name] = draft.typed[name];
      });
      if (!Object.keys(left).length) { write(key, null); return; }
      var main = document.getElementById("main");
      notice(main && main.firstElementChild, "gone", texts(left), function () { write(key, null); });
    });
  }

  function enhance(root) {
    forms().forEach(function (form) {
      if (root === document || root.contains(form)) comeBack(form);
      else if (form.contains(root)) { /* htmx brought a part of a form */
        var draft = all()[keyOf(form)];
        var left = draft && waiting[draft.id];
        bases.set(form, Object.assign(servedIn(form), bases.get(form)));
        Object.keys(left || {}).forEach(function (name) { if (put(form, name, left[name])) delete left[name]; });
      }
    });
  }

  /* --- leaving -------------------------------------------------------------------------------- */

  function goes() { going = Date.now() + 3000; }

  function saver(list) {
    if (list.length !== 1 || holdsSecret(list[0])) return null;
    return Array.from(list[0].elements).filter(function (one) {
      return one.tagName === "BUTTON" && one.dataset.do === "save";
    })[0] || null;
  }

  /* Save, leave or stay. kind: leave (it is kept), discard (Cancel, signing out), file. */
  function ask(list, kind, to, go) {
    var dialog = document.getElementById("unsaved");
    if (!dialog || !dialog.showModal) {
      if (window.confirm(body.leave)) { goes(); go(); }
      return;
    }
    dialog.querySelectorAll("[data-when]").forEach(function (one) {
      one.hidden = one.dataset.when.split(" ").indexOf(kind) < 0;
    });
    var save = dialog.querySelector("[data-save]");
    var button = saver(list);
    save.hidden = !button;
    if (button) save.textContent = button.textContent.trim();
    save.onclick = function () { dialog.close(); then = to; goes(); button.click(); };
    dialog.querySelector("[data-leave]").onclick = function () {
      dialog.close();
      if (kind === "discard") list.forEach(forget);
      goes();
      go();
    };
    dialog.querySelector("[data-close]").onclick = function () { dialog.close(); };
    document.querySelectorAll("dialog[open]").forEach(function (one) { one.close(); });
    dialog.showModal();
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.target === "_blank" || link.hasAttribute("download") || link.closest("dialog")) return;
    var place = new URL(link.href.baseVal || link.href, window.location.href); /* a link in a drawing says it in another way */
    if (place.protocol !== "http:" && place.protocol !== "https:") return;
    if (link.hasAttribute("data-stays")) { goes(); return; }
    var filter = link.closest("form[method=get]");
    if (filter && !link.hasAttribute("data-cancel")) forget(filter);
    var sameSite = place.origin === window.location.origin;
    var samePage = sameSite && place.pathname === here;
    if (samePage && place.search === window.location.search && place.hash) return;
    var list = unsaved();
    var cancelled = link.hasAttribute("data-cancel")
      && (link.closest("form") || document.getElementById(link.dataset.form || ""));
    var mine = cancelled ? list.filter(function (form) { return form === cancelled; }) : [];
    if (!mine.length) {
      if (!person && !cancelled) list = list.filter(cannotComeBack); /* visitors find the rest again */
      else if (samePage) list = list.filter(cannotStay);
    }
    if (!list.length) { goes(); return; }
    event.preventDefault();
    var kind = mine.length ? "discard" : list.some(cannotStay) ? "file" : "leave";
    var to = sameSite ? place.pathname + place.search + place.hash : "";
    ask(mine.length ? mine : list, kind, cancelled ? "" : to, function () { window.location.assign(place.href); });
  });

  function add(form, name, value) {
    var field = hidden(form, name) || document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    if (!field.form) form.append(field);
  }

  /* Before portal.js counts the click. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent || form.method === "dialog" || form.hasAttribute("data-stays")) return;
    var button = event.submitter;
    var out = form.hasAttribute("data-signs-out");
    var list = unsaved(form);
    if (!out && place(form, button) === here) list = list.filter(cannotStay);
    if (!person) list = list.filter(cannotComeBack);
    if (list.length && !agreed) {
      event.preventDefault();
      event.stopImmediatePropagation();
      var kind = out ? "discard" : list.some(cannotStay) ? "file" : "leave";
      ask(list, kind, "", function () { agreed = true; form.requestSubmit(button); });
      return;
    }
    agreed = false;
    goes();
    if (out) { store({}); return; }
    if (!controls(form).length) return;
    if (!isPost(form) || (button && button.hasAttribute("data-discards"))) { forget(form); return; }
    update(form);
    var key = keyOf(form);
    var draft = all()[key];
    if (draft) {
      draft.sent = draft.typed;
      write(key, draft);
      add(form, "draft_id", draft.id);
    }
    if (then) add(form, "then", then);
    then = "";
  }, true);

  window.addEventListener("beforeunload", function (event) {
    if (going > Date.now()) return;
    if (person ? unsaved().length : unsaved().some(cannotComeBack)) event.preventDefault();
  });

  ["input", "change"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (event.target.form) update(event.target.form);
    });
  });

  window.addEventListener("pageshow", function (event) {
    going = 0;
    if (event.persisted) sweep();
  });

  /* A form that saves itself (autosave.js): what it sent is saved; what was typed since is not. */
  var sending = new WeakMap();
  document.addEventListener("portal:saving", function (event) { sending.set(event.target, typedIn(event.target)); });
  document.addEventListener("portal:saved", function (event) {
    var form = event.target;
    var key = keyOf(form);
    var draft = all()[key];
    var sent = sending.get(form) || {};
    var kept = {};
    event.detail.forEach(function (name) { if (sent[name]) kept[name] = sent[name]; });
    bases.set(form, Object.assign({}, bases.get(form), kept));
    if (!draft) return;
    draft.base = Object.assign({}, draft.base, kept);
    write(key, differences(draft).length ? draft : null);
  });

  document.addEventListener("htmx:afterSwap", function (event) { enhance(event.target); });

  sweep();
  enhance(document);
  orphans();
})();
