// Numbers as people read them.
function readable(value, unit) {
  const size = Math.abs(value);
  const number = size >= 100 ? value.toFixed(0) : size >= 1 || value === 0 ? `${+value.toFixed(1)}` : `${+value.toPrecision(2)}`;
  return unit ? `${number} ${unit}` : number;
}

function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
}

function timeSpan(from, until) {
  return until < 60 ? `${from.toFixed(1)}–${until.toFixed(1)} s` : `${clock(from)}–${clock(until)}`;
}

function counted(number, name) {
  return `${number} ${name}${number === 1 ? "" : "s"}`;
}
