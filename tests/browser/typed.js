/* Typing into every field of a page, and what becomes of it by each way out (typed.py).

   The fields are found here by what they are, not as drafts.js finds them: a form that does not
   take part is seen. */
(arguments_) => {
  const [act, about] = arguments_;
  /* Where every field is: number of the form, name, which of that name. */
  const type = () => {
    const secret = new RegExp("^(?:" + document.body.dataset.secret + ")$", "i");
    const fits = {number: "7", date: "2026-11-30", email: "typed@example.org", tel: "+1 956 555 0123"};
    const kinds = ["text", "search", "email", "tel", "url", "number", "date", "textarea", "select-one"];
    const typed = [];
    [...document.forms].forEach((form, place) => {
      const seen = {};
      [...form.elements].forEach((one) => {
        if (!one.name) return;
        const nth = seen[one.name] = (seen[one.name] ?? -1) + 1;
        if (!kinds.includes(one.type) || one.disabled || one.readOnly || one.closest("[hidden]")) return;
        if (secret.test(one.name) || /password|one-time/.test(one.autocomplete)) return;
        if (one.type === "select-one") {
          const other = [...one.options].find((o) => !o.selected && o.value);
          if (!other) return;
          one.value = other.value;
        } else {
          const text = fits[one.type] || "Typed " + place + " " + typed.length;
          one.value = one.maxLength > 0 ? text.slice(0, one.maxLength) : text;
        }
        one.dispatchEvent(new Event("input", {bubbles: true}));
        typed.push({place, name: one.name, nth, value: one.value, post: form.method === "post"});
      });
    });
    return typed;
  };
  /* Every link and every button is pressed, and nothing leaves the page. */
  const press = (typed) => {
    const lost = [];
    const box = document.getElementById("unsaved");
    const asked = () => { const open = Boolean(box && box.open); if (open) box.close(); return open; };
    const kept = (except) => typed.every((one) =>
      (!one.post && one.place === except)
      || (sessionStorage.getItem("portal-drafts") || "").includes(JSON.stringify(one.value).slice(1, -1)));
    const person = document.body.dataset.person;
    const posts = typed.some((one) => one.post);
    const stop = (event) => event.preventDefault();
    window.addEventListener("submit", stop);
    let went = false;
    const follow = (event) => { went = !event.defaultPrevented; event.preventDefault(); };
    window.addEventListener("click", follow);
    for (const link of document.querySelectorAll("a[href]")) {
      // A link in a drawing has no parts of an address of its own.
      const place = new URL(link.href.baseVal || link.href, location.href);
      if (link.closest("dialog") || link.closest("form[method=get]") || link.matches("[target=_blank], [data-stays]")
          || !place.protocol.startsWith("http") || (place.hash && place.pathname === location.pathname)) continue;
      link.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
      const question = asked();
      const away = place.pathname !== location.pathname;
      if (person && posts && away && !question) lost.push("link " + place.href);
      if (went && !kept()) lost.push("link " + place.href);
    }
    window.removeEventListener("click", follow);
    [...document.forms].forEach((form, place) => {
      const buttons = [...form.elements].filter((one) => one.type === "submit" && !one.hasAttribute("data-discards"));
      for (const button of buttons) {
        const before = sessionStorage.getItem("portal-drafts");
        form.requestSubmit(button);
        const question = asked();
        delete form.dataset.sent;
        button.removeAttribute("aria-disabled");
        const ends = form.hasAttribute("data-signs-out") && !posts; /* a filter alone is no text to save */
        if (!question && !ends && !kept(place)) lost.push("button " + button.textContent.trim());
        if (form.hasAttribute("data-signs-out") && posts && !question && person) lost.push("sign-out");
        if (before) sessionStorage.setItem("portal-drafts", before);
      }
    });
    window.removeEventListener("submit", stop);
    return lost;
  };
  /* What is not there again. A banner above may be gone by then, and the number of the form another. */
  const missing = (typed) => typed.filter((one) => ![...document.forms].some((form) => {
    const found = [...form.elements].filter((field) => field.name === one.name)[one.nth];
    return found && found.value === one.value;
  })).map((one) => "reload " + one.place + " " + one.name);
  return {type, press, missing}[act](about);
}
