// The colours of the page, light or dark as the reader's system is; what is painted with them follows a change.
const DARK = matchMedia("(prefers-color-scheme: dark)");
const REPAINTS = [];
const INKS = new Map();

function ink(name) {
  if (!INKS.has(name)) INKS.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  return INKS.get(name);
}

function themed(paint) {
  paint();
  REPAINTS.push(paint);
}

DARK.addEventListener("change", () => {
  INKS.clear();
  REPAINTS.forEach((paint) => paint());
});
