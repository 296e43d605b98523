// From a property of a recording to colour and marker. The seven colours are Okabe and Ito's, without the yellow that is
// faint on white; with seven markers, 49 names have distinct combinations.
const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#333333"];
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
const RAMP = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#a5d32a"];
const UNKNOWN_COLOUR = "#a0a7ae";
const MOST_LEGEND_NAMES = 49;

function lookOfName(number) {
  const round = Math.floor(number / COLOURS.length);
  return {
    colour: COLOURS[number % COLOURS.length],
    marker: MARKER_NAMES[(number + round) % MARKER_NAMES.length],
  };
}

function rampColour(share) {
  const place = share * (RAMP.length - 1);
  const low = Math.min(Math.floor(place), RAMP.length - 2);
  const channel = (colour, at) => parseInt(colour.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => {
    const [from, to] = [channel(RAMP[low], at), channel(RAMP[low + 1], at)];
    return Math.round(from + (to - from) * (place - low)).toString(16).padStart(2, "0");
  });
  return `#${mixed.join("")}`;
}

function numberRange(colouring) {
  const known = colouring.values.filter((value) => value !== null);
  return known.length ? [Math.min(...known), Math.max(...known)] : null;
}

// One look ({colour, marker}) for every recording.
function looks(colouring) {
  if (colouring.names) return colouring.values.map(lookOfName);
  const range = numberRange(colouring);
  return colouring.values.map((value) => {
    if (value === null) return { colour: UNKNOWN_COLOUR, marker: "diamond" };
    const share = range[1] > range[0] ? (value - range[0]) / (range[1] - range[0]) : 0.5;
    return { colour: rampColour(share), marker: "circle" };
  });
}

function drawLegend(colouring, element) {
  element.replaceChildren();
  if (colouring.names) drawNames(colouring, element);
  else drawRamp(colouring, element);
}

function drawNames(colouring, element) {
  colouring.names.slice(0, MOST_LEGEND_NAMES).forEach((name, number) => {
    const { colour, marker } = lookOfName(number);
    const entry = document.createElement("span");
    entry.innerHTML = `<svg viewBox="0 0 14 14" fill="${colour}" aria-hidden="true">${MARKERS[marker]}</svg>`;
    entry.append(name);
    element.append(entry);
  });
  const more = colouring.names.length - MOST_LEGEND_NAMES;
  if (more > 0) element.append(`and ${more} more, which repeat these colours and markers`);
}

function drawRamp(colouring, element) {
  const range = numberRange(colouring);
  if (!range) {
    element.append(`${colouring.label} is unknown for every recording`);
    return;
  }
  const ramp = document.createElement("span");
  ramp.className = "ramp";
  ramp.style.background = `linear-gradient(90deg, ${RAMP.join(", ")})`;
  element.append(`${colouring.label}: ${range[0]}`, ramp, `${range[1]}`);
  if (colouring.values.includes(null)) element.append("(grey diamonds: unknown)");
}
