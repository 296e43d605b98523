// The maps of the same points over one Bokeh data source: changes to a point show on all of them.
const TAP_PIXELS = 14;
const FAINT = 0.08;
const OPAQUE = 0.85;
const PALE = 0.45;
const CHOSEN = "#ffd54a";

class Maps {
  // `onChoose(row)` is called for a click on a point, `onGather(rows)` for a lasso.
  constructor(page, onChoose, onGather) {
    this.page = page;
    this.onChoose = onChoose;
    this.points = new Bokeh.ColumnDataSource({ data: this.columns(["line", "colour", "marker", "alpha", "size"]) });
    this.marked = new Bokeh.ColumnDataSource({ data: this.columns(["text", "fill"]) });
    this.names = {};
    this.plots = Object.fromEntries(page.maps.map((vectors) => [vectors, this.makePlot(vectors)]));
    this.drawn = false;
    const selected = this.points.selected;
    selected.properties.indices.change.connect(() => {
      const rows = selected.indices.filter((row) => this.points.data.alpha[row] > FAINT);
      if (rows.length) onGather(rows);
    });
  }

  // Show another view from the next painting on. Where few points are laid out by components, distances are about right,
  // and both axes have one scale; so have they where many singers fill the map. A map of few would be mostly empty.
  use(view) {
    this.view = view;
    for (const [vectors, plot] of Object.entries(this.plots)) plot.match_aspect = !this.page.few_singers || view[vectors].method === "PCA";
  }

  columns(others) {
    const places = this.page.maps.flatMap((vectors) => [`${vectors}_x`, `${vectors}_y`]);
    return Object.fromEntries([...places, ...others].map((column) => [column, []]));
  }

  // Where rows of the view lie on every map.
  places(rows) {
    return Object.fromEntries(this.page.maps.flatMap((vectors) => ["x", "y"].map((axis) => [
      `${vectors}_${axis}`, rows.map((row) => this.view[vectors][axis][row]),
    ])));
  }

  // Show the maps of a painted view; Bokeh requires plots that share a source to be in one document.
  async draw() {
    if (this.drawn) return;
    this.drawn = true;
    const boxes = this.page.maps.map((vectors) => document.getElementById(`map-${vectors}`));
    const together = new Bokeh.Document();
    for (const vectors of this.page.maps) together.add_root(this.plots[vectors]);
    await Bokeh.embed.add_document_standalone(together, boxes[0], boxes);
  }

  makePlot(vectors) {
    const plot = Bokeh.Plotting.figure({
      sizing_mode: "stretch_width", height: this.page.maps.length > 1 ? 400 : 520, min_width: 200, match_aspect: true,
      tools: "pan,box_zoom,wheel_zoom,lasso_select,reset", toolbar_location: null, output_backend: "canvas",
    });
    plot.outline_line_color = null;
    for (const line of [...plot.center, ...plot.below, ...plot.left]) line.visible = false;
    const x = { field: `${vectors}_x` };
    const y = { field: `${vectors}_y` };
    const dots = plot.scatter(x, y, {
      source: this.points, marker: { field: "marker" }, size: { field: "size" }, fill_color: { field: "colour" },
      line_width: 0.4, line_alpha: { field: "alpha" }, fill_alpha: { field: "alpha" }, nonselection_fill_alpha: FAINT, nonselection_line_alpha: FAINT,
    });
    const marked = plot.scatter(x, y, { source: this.marked, marker: "circle", size: 17, fill_color: { field: "fill" }, fill_alpha: 0.9, line_color: "#000000", line_width: 1.8 });
    const texts = plot.text(x, y, { field: "text" }, {
      source: this.marked, text_align: "center", text_baseline: "middle", text_font_size: "11px", text_font_style: "bold", text_color: "#000000",
    });
    if (this.page.few_singers) {
      this.names[vectors] = new Names(plot, [dots]);
      // above the names
      for (const renderer of [marked, texts]) renderer.level = "annotation";
    }
    plot.add_tools(new Bokeh.HoverTool({
      renderers: [dots], limit: 1, tooltips: (source, { index }) => make("div", { className: "one-line", textContent: source.data.line[index] }),
    }));
    plot.on_event("tap", (event) => this.tap(vectors, event));
    themed(() => {
      Object.assign(plot, { background_fill_color: ink("card"), border_fill_color: ink("card") });
      for (const glyph of [dots.glyph, dots.nonselection_glyph, dots.selection_glyph]) if (glyph?.line_color) glyph.line_color = ink("ink");
    });
    return plot;
  }

  // A click selects the nearest point within reach, so that it need not hit it to the pixel.
  tap(vectors, event) {
    const plot = this.plots[vectors];
    const unitsAcross = (plot.x_range.end - plot.x_range.start) / plot.inner_width;
    const unitsUp = (plot.y_range.end - plot.y_range.start) / plot.inner_height;
    let nearest = null;
    let least = TAP_PIXELS;
    const { x, y } = this.view[vectors];
    x.forEach((_, row) => {
      if (this.points.data.alpha[row] <= FAINT) return;
      const pixels = Math.hypot((x[row] - event.x) / unitsAcross, (y[row] - event.y) / unitsUp);
      if (pixels < least) [nearest, least] = [row, pixels];
    });
    if (nearest !== null) this.onChoose(nearest);
  }

  // For a row of the view, `look` returns {colour, marker}, `shown` a boolean and `line` what is said of it.
  paint(look, shown, line) {
    const rows = this.view.recording.map((_, row) => row);
    const looks = rows.map(look);
    this.points.data = {
      ...this.places(rows), line: rows.map(line),
      colour: looks.map(({ colour }, row) => (shown(row) ? colour : ink("unknown"))), marker: looks.map(({ marker }) => marker),
      alpha: rows.map((row) => (!shown(row) ? FAINT : looks[row].pale ? PALE : OPAQUE)), size: rows.map(() => this.view.point_size),
    };
    const named = rows.filter(shown);
    for (const [vectors, names] of Object.entries(this.names)) {
      const { x, y } = this.view[vectors];
      names.show(named.map((row) => ({ x: x[row], y: y[row], singer: this.singer(row), colour: looks[row].colour })));
    }
  }

  singer(row) {
    return this.page.recordings[this.view.recording[row]].singer;
  }

  // Let go of what a lasso had gathered.
  release() {
    this.points.selected.indices = [];
  }

  // Mark rows on every map with rings that contain a short text; the chosen one has another colour.
  mark(entries) {
    this.marked.data = {
      ...this.places(entries.map(({ row }) => row)), text: entries.map(({ text }) => text),
      fill: entries.map(({ chosen }) => (chosen ? CHOSEN : "#ffffff")),
    };
  }
}
