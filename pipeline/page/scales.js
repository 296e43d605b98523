// From a property of a recording to colour and marker. No two names share a colour: where there are more names than
// colours, only those that are picked have one. The first seven are Okabe and Ito's, without the yellow that is faint on
// white; "" is the colour of the text, which is light on dark.
const COLOURS = [
  "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "",
  "#8A4FC8", "#7A9A01", "#A0522D", "#E8436E", "#00A9B5", "#B8A000", "#F28FB1",
];
const PICKED_AT_FIRST = 7;
const MARKERS = {
  circle: '<circle cx="7" cy="7" r="5"/>',
  square: '<rect x="2.5" y="2.5" width="9" height="9"/>',
  triangle: '<path d="M7 1.5 12.5 12H1.5Z"/>',
  diamond: '<path d="M7 .5 12 7 7 13.5 2 7Z"/>',
  inverted_triangle: '<path d="M7 12.5 12.5 2H1.5Z"/>',
  star: '<path d="M7 .6 8.9 5h4.7L9.9 8l1.3 5L7 10.3 2.8 13l1.3-5L.4 5h4.7Z"/>',
  hex: '<path d="M4 1.8h6L13 7l-3 5.2H4L1 7Z"/>',
};
const MARKER_NAMES = Object.keys(MARKERS);
// Dark violet is hard to see on dark, light yellow on white.
const RAMP_ON_LIGHT = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#a5d32a"];
const RAMP_ON_DARK = ["#6577c4", "#4a8ab8", "#2f9ba3", "#28ae80", "#5ec962", "#a5d32a", "#d4e021", "#fde725"];

function lookOfSlot(slot) {
  const round = Math.floor(slot / MARKER_NAMES.length);
  return { colour: COLOURS[slot] || ink("ink"), marker: MARKER_NAMES[(slot + round) % MARKER_NAMES.length] };
}

function ramp() {
  return DARK.matches ? RAMP_ON_DARK : RAMP_ON_LIGHT;
}

function rampColour(share) {
  const colours = ramp();
  const place = share * (colours.length - 1);
  const low = Math.min(Math.floor(place), colours.length - 2);
  const channel = (colour, at) => parseInt(colour.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => {
    const [from, to] = [channel(colours[low], at), channel(colours[low + 1], at)];
    return Math.round(from + (to - from) * (place - low)).toString(16).padStart(2, "0");
  });
  return `#${mixed.join("")}`;
}

function numberRange(colouring) {
  const known = colouring.values.filter((value) => value !== null);
  return known.length ? [Math.min(...known), Math.max(...known)] : null;
}

// The look of a number; `range` is that of all numbers.
function lookOfNumber(value, range) {
  if (value === null) return { colour: ink("unknown"), marker: "diamond" };
  const share = range[1] > range[0] ? (value - range[0]) / (range[1] - range[0]) : 0.5;
  return { colour: rampColour(share), marker: "circle" };
}
