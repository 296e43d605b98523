// The singers' names on a map, where there are few: each beside the thick of its points, clear of other names and, as
// far as there is room, of all points.
const LONGEST_NAME = 24;
const NAME_FONT = { size: "12px", family: "system-ui, sans-serif" };
const NAME_PADDING = 3;
// A name keeps so far from the frame, which would cut its border.
const EDGE = 3;
// Pixels: how far points count as neighbours, and how far from the thick of them a name may stand.
const THICK = 40;
const RINGS = [12, 18, 26, 36, 48, 62, 78, 96];
const DIRECTIONS = Array.from({ length: 16 }, (_, number) => (number * Math.PI) / 8);
// A name costs as many points as it covers; to stand with another singer's points is as bad as to cover a few.
const ASTRAY = 4;
const PIXELS_A_POINT = 12;
// Of more points, every nth one is looked at: names follow a map that is being dragged.
const MOST_COVERED = 1500;
const MOST_THICK = 200;

class Names {
  // `plot` shows a map; `renderers` are those of its points, to which the axes shall fit.
  constructor(plot, renderers) {
    this.plot = plot;
    this.points = [];
    this.source = new Bokeh.ColumnDataSource({ data: { x: [], y: [], text: [], colour: [] } });
    this.pen = document.createElement("canvas").getContext("2d");
    this.pen.font = `bold ${NAME_FONT.size} ${NAME_FONT.family}`;
    this.waiting = false;
    const drawn = plot.text({ field: "x" }, { field: "y" }, { field: "text" }, {
      source: this.source, text_align: "center", text_baseline: "middle", text_font: NAME_FONT.family, text_font_size: NAME_FONT.size,
      text_font_style: "bold", padding: NAME_PADDING, border_radius: 4, background_fill_alpha: 0.88, border_line_color: { field: "colour" }, border_line_width: 1.5,
    });
    themed(() => Object.assign(drawn.glyph, { text_color: ink("ink"), background_fill_color: ink("card") }));
    for (const range of [plot.x_range, plot.y_range]) {
      range.renderers = renderers;
      for (const end of ["start", "end"]) range.properties[end].change.connect(() => this.later());
    }
    for (const side of ["inner_width", "inner_height"]) plot.properties[side].change.connect(() => this.later());
  }

  // Name the singers of points {x, y, singer, colour}.
  show(points) {
    this.points = points;
    this.later();
  }

  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.place();
    });
  }

  place() {
    const { x_range: across, y_range: up, inner_width: width, inner_height: height } = this.plot;
    if (![across.start, across.end, up.start, up.end].every(Number.isFinite) || !width) return;
    const [unitsAcross, unitsUp] = [(across.end - across.start) / width, (up.end - up.start) / height];
    const seen = this.points
      .map((point) => ({ ...point, x: (point.x - across.start) / unitsAcross, y: (up.end - point.y) / unitsUp }))
      .filter(({ x, y }) => x >= 0 && x <= width && y >= 0 && y <= height);
    const placed = this.arrange(thinned(seen, MOST_COVERED), width, height);
    this.source.data = {
      x: placed.map(({ x }) => across.start + x * unitsAcross), y: placed.map(({ y }) => up.end - y * unitsUp),
      text: placed.map(({ text }) => text), colour: placed.map(({ colour }) => colour),
    };
  }

  // Give every singer of the points a box {x, y, width, height, text, colour}, around x and y; most points first.
  arrange(points, width, height) {
    const bySinger = new Map();
    for (const point of points) bySinger.set(point.singer, [...(bySinger.get(point.singer) ?? []), point]);
    const placed = [];
    for (const [singer, own] of [...bySinger].sort(([, one], [, other]) => other.length - one.length)) {
      const text = singer.length > LONGEST_NAME ? `${singer.slice(0, LONGEST_NAME - 1)}…` : singer;
      const size = { width: this.pen.measureText(text).width + 2 * NAME_PADDING + 2, height: 15 + 2 * NAME_PADDING };
      const thick = thickOf(own);
      const places = placesAround(thick, size).filter((box) => isWithin(box, width, height) && !placed.some((other) => overlap(box, other)));
      const costs = places.map((box) => box.far / PIXELS_A_POINT + costOf(box, points, singer));
      const best = places[costs.indexOf(Math.min(...costs))];
      const alike = own.every(({ colour }) => colour === thick.colour);
      if (best) placed.push({ ...best, text, colour: alike ? thick.colour : ink("edge") });
    }
    return placed;
  }
}

function thinned(points, most) {
  const step = Math.ceil(points.length / most);
  return step > 1 ? points.filter((_, number) => number % step === 0) : points;
}

// The point with the most others about it.
function thickOf(points) {
  const looked = thinned(points, MOST_THICK);
  const about = looked.map((one) => looked.reduce((sum, other) => sum + Math.exp(-(((one.x - other.x) ** 2 + (one.y - other.y) ** 2) / THICK ** 2)), 0));
  return looked[about.indexOf(Math.max(...about))];
}

function placesAround({ x, y }, size) {
  return RINGS.flatMap((far) => DIRECTIONS.map((angle) => ({
    ...size, far,
    x: x + Math.cos(angle) * (far + size.width / 2),
    y: y + Math.sin(angle) * (far + size.height / 2),
  })));
}

function isWithin(box, width, height) {
  const [aside, above] = [box.width / 2 + EDGE, box.height / 2 + EDGE];
  return box.x >= aside && box.x <= width - aside && box.y >= above && box.y <= height - above;
}

function overlap(one, other) {
  return Math.abs(one.x - other.x) < (one.width + other.width) / 2 + 2 && Math.abs(one.y - other.y) < (one.height + other.height) / 2 + 2;
}

// How many points a box covers; more where the next point is another singer's.
function costOf(box, points, singer) {
  let covered = 0;
  let nearest = null;
  let least = Infinity;
  for (const point of points) {
    const beside = Math.max(0, Math.abs(point.x - box.x) - box.width / 2);
    const above = Math.max(0, Math.abs(point.y - box.y) - box.height / 2);
    if (beside < 5 && above < 5) covered += 1;
    const far = Math.hypot(beside, above);
    if (far < least) [nearest, least] = [point, far];
  }
  return covered + (nearest.singer === singer ? 0 : ASTRAY);
}
