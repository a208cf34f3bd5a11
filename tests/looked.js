/* What axe finds on a page, and the colors that it has measured (looked.py).

   Contrast takes most of axe's time, and it follows from computed styles: how letters look and what
   lies behind them. So each combination is measured once, on whichever page shows it first. What is
   taken out of its place (absolute, fixed) may lie on anything and is measured on every page.

   Looked at again at another width, a page has the same elements: rules that do not depend on the
   layout are then tried on those only that did not show before, once for each markup. The one rule
   that depends on it is tried on what can be scrolled. */
async ([measured, again]) => {
  const CONTRAST = "color-contrast";
  const known = new Set(measured);
  const written = ["color", "fontSize", "fontWeight", "textShadow"];
  const laid = {
    backgroundColor: "rgba(0, 0, 0, 0)", backgroundImage: "none", opacity: "1", filter: "none",
    mixBlendMode: "normal",
  };
  const grounds = new Map();
  /* What lies behind the letters of an element; null where that depends on the page. */
  const ground = (one) => {
    if (!one) return "";
    if (!grounds.has(one)) {
      const style = getComputedStyle(one);
      const moved = style.position === "absolute" || style.position === "fixed";
      const own = Object.keys(laid).filter((name) => style[name] !== laid[name])
        .map((name) => name + " " + style[name]);
      const below = moved ? null : ground(one.parentElement);
      grounds.set(one, below === null ? null : [below, ...own].join("; "));
    }
    return grounds.get(one);
  };
  const combination = (one) => {
    const style = getComputedStyle(one);
    const behind = ground(one);
    return behind === null ? null : written.map((name) => style[name]).join(" ") + behind;
  };
  /* Letters that are there, and not on a picture: of those axe says nothing, here or anywhere. */
  const measurable = (one) => {
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    return one.checkVisibility() && box.width > 1 && box.height > 1
      && box.right + scrollX > 0 && box.bottom + scrollY > 0
      && style.fontSize !== "0px" && !style.backgroundImage.includes("url(");
  };
  const says = (one) => one.matches("input, select, textarea")
    || [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const told = (rule) => rule.id + ": " + rule.help + " " + rule.nodes.slice(0, 3).map(
    (node) => node.target.join(" ") + " (" + (node.failureSummary || "") + ")").join("; ");

  const LAYOUT = ["scrollable-region-focusable"];
  // The frame around an email runs no scripts, so axe cannot look into it.
  const quick = {resultTypes: ["violations"], iframes: false};
  const all = {...quick, rules: {[CONTRAST]: {enabled: false}}};
  const before = again && window.shownBefore || new Set();
  const shown = [...document.querySelectorAll("*")].filter((one) => one.checkVisibility());
  window.shownBefore = new Set(shown);
  const good = [];
  const markup = (one) => one.outerHTML.replace(/ (href|action|value|data-[\w-]+)="[^"]*"/g, "");
  const scrolls = (one) => one.scrollWidth > one.clientWidth + 1
    || one.scrollHeight > one.clientHeight + 1;
  const broken = async () => {
    if (!before.size) return (await axe.run(document, all)).violations;
    const found = [];
    const laid = shown.filter((one) => scrolls(one) && getComputedStyle(one).overflow !== "visible");
    if (laid.length) {
      found.push(...(await axe.run({include: laid}, {...quick, runOnly: LAYOUT})).violations);
    }
    const anew = shown.filter((one) => !before.has(one) && before.has(one.parentElement)
      && !known.has(markup(one)));
    if (anew.length) found.push(...(await axe.run({include: anew}, all)).violations);
    if (!found.length) good.push(...anew.map(markup));
    return found;
  };
  const whole = await broken();
  const open = [...document.body.querySelectorAll("*")].filter(
    (one) => says(one) && measurable(one) && !known.has(combination(one)));
  if (!open.length) return [whole.map(told), good];
  const colors = await axe.run({include: open}, {
    runOnly: [CONTRAST], resultTypes: ["violations", "passes"], iframes: false, elementRef: true});
  good.push(...colors.passes.flatMap((rule) => rule.nodes).map((node) => combination(node.element)));
  const found = [...whole, ...colors.violations].map(told);
  return [found, [...new Set(good)].filter((one) => one !== null)];
}
