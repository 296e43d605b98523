// The colours of the page, light or dark as the reader's system is; what is painted with them follows a change.
const DARK = matchMedia("(prefers-color-scheme: dark)");
const REPAINTS = [];

function ink(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function themed(paint) {
  paint();
  REPAINTS.push(paint);
}

DARK.addEventListener("change", () => REPAINTS.forEach((paint) => paint()));
