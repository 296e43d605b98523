// Two maps of the same points, embedding and baseline, over one Bokeh data source: changes to a point show on both.
const VECTORS = ["embedding", "baseline"];
const TAP_PIXELS = 14;
const FAINT = 0.12;
const PALE = "#c3c9cf";

class Maps {
  // `onChoose(row)` is called for a click on a point, `onGather(rows)` for a lasso.
  constructor(page, onChoose, onGather) {
    this.page = page;
    this.onChoose = onChoose;
    this.points = new Bokeh.ColumnDataSource({ data: this.noPoints() });
    this.marked = new Bokeh.ColumnDataSource({ data: { embedding_x: [], embedding_y: [], baseline_x: [], baseline_y: [], text: [] } });
    this.plots = Object.fromEntries(VECTORS.map((vectors) => [vectors, this.makePlot(vectors)]));
    this.drawn = false;
    const selected = this.points.selected;
    selected.properties.indices.change.connect(() => {
      if (selected.indices.length) onGather([...selected.indices]);
    });
  }

  noPoints() {
    const columns = ["embedding_x", "embedding_y", "baseline_x", "baseline_y", "singer", "song", "time", "colour", "marker", "alpha"];
    return Object.fromEntries(columns.map((column) => [column, []]));
  }

  // Show the maps of a painted view; Bokeh requires plots that share a source to be in one document.
  async draw() {
    const boxes = VECTORS.map((vectors) => document.getElementById(`map-${vectors}`));
    const laidOut = this.view.embedding.x !== null;
    for (const box of boxes) box.hidden = !laidOut;
    document.getElementById("no-map").hidden = laidOut;
    if (!laidOut || this.drawn) return;
    this.drawn = true;
    const together = new Bokeh.Document();
    for (const vectors of VECTORS) together.add_root(this.plots[vectors]);
    await Bokeh.embed.add_document_standalone(together, boxes[0], boxes);
  }

  makePlot(vectors) {
    const plot = Bokeh.Plotting.figure({
      sizing_mode: "stretch_width", height: 400, min_width: 200, match_aspect: true, tools: "pan,box_zoom,wheel_zoom,lasso_select,reset,save",
      toolbar_location: "below", output_backend: "canvas",
    });
    plot.toolbar.logo = null;
    plot.outline_line_color = null;
    for (const line of [...plot.center, ...plot.below, ...plot.left]) line.visible = false;
    const x = { field: `${vectors}_x` };
    const y = { field: `${vectors}_y` };
    const size = this.page.point_size;
    const dots = plot.scatter(x, y, {
      source: this.points, marker: { field: "marker" }, size, fill_color: { field: "colour" }, line_color: "#1d2733",
      line_width: 0.4, line_alpha: { field: "alpha" }, fill_alpha: { field: "alpha" }, nonselection_fill_alpha: FAINT, nonselection_line_alpha: FAINT,
    });
    plot.scatter(x, y, { source: this.marked, marker: "circle", size: 17, fill_color: "#ffffff", fill_alpha: 0.85, line_color: "#000000", line_width: 1.8 });
    plot.text(x, y, { field: "text" }, {
      source: this.marked, text_align: "center", text_baseline: "middle", text_font_size: "11px", text_font_style: "bold", text_color: "#000000",
    });
    plot.add_tools(new Bokeh.HoverTool({
      renderers: [dots], tooltips: [["singer", "@singer"], ["song", "@song"], ["from", "@time"]],
    }));
    plot.on_event("tap", (event) => this.tap(vectors, event));
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

  // For a row of the view, `look` returns {colour, marker}, `shown` a boolean and `describe` {singer, song, time}.
  paint(look, shown, describe) {
    const { view } = this;
    const rows = view.recording.map((_, row) => row);
    const described = rows.map(describe);
    const looks = rows.map(look);
    const at = (vectors, axis) => view[vectors][axis] ?? rows.map(() => NaN);
    this.points.data = {
      embedding_x: at("embedding", "x"), embedding_y: at("embedding", "y"),
      baseline_x: at("baseline", "x"), baseline_y: at("baseline", "y"),
      singer: described.map(({ singer }) => singer), song: described.map(({ song }) => song), time: described.map(({ time }) => time),
      colour: looks.map(({ colour }, row) => (shown(row) ? colour : PALE)), marker: looks.map(({ marker }) => marker),
      alpha: rows.map((row) => (shown(row) ? 0.85 : FAINT)),
    };
  }

  // Mark rows on both maps with rings that contain a short text.
  mark(entries) {
    this.points.selected.indices = [];
    const at = (vectors, axis) => entries.map(({ row }) => this.view[vectors][axis]?.[row] ?? NaN);
    this.marked.data = {
      embedding_x: at("embedding", "x"), embedding_y: at("embedding", "y"),
      baseline_x: at("baseline", "x"), baseline_y: at("baseline", "y"),
      text: entries.map(({ text }) => text),
    };
  }
}
