// Bar charts of nearest-neighbour accuracy and loss curves. Bars differ in hatching too, so that they work in grey.
const SERIES = [
  { name: "embedding", label: "embedding", offset: -0.27, colour: "#0072B2", hatch: " " },
  { name: "baseline", label: "baseline", offset: 0, colour: "#E69F00", hatch: "/" },
  { name: "mfcc_means", label: "MFCC means", offset: 0.27, colour: "#009E73", hatch: "x" },
];

function drawKnn(charts, element) {
  for (const chart of charts) {
    const box = make("div", { className: "chart" });
    element.append(make("figure", {}, captioned(chart.title, chart.caption), box));
    Bokeh.Plotting.show(knnPlot(chart), box);
  }
}

function captioned(title, words) {
  return make("figcaption", {}, make("strong", { textContent: title }), words);
}

function quiet(options) {
  const plot = Bokeh.Plotting.figure({
    sizing_mode: "stretch_width", height: 270, min_width: 200, tools: "", toolbar_location: null, ...options,
  });
  plot.outline_line_color = null;
  themed(() => colourAxes(plot));
  return plot;
}

function colourAxes(plot) {
  Object.assign(plot, { background_fill_color: ink("card"), border_fill_color: ink("card") });
  for (const grid of plot.center) grid.grid_line_color = ink("line");
  for (const axis of [...plot.below, ...plot.left]) {
    Object.assign(axis, { axis_line_color: ink("edge"), major_tick_line_color: ink("edge"), minor_tick_line_color: null });
    Object.assign(axis, { axis_label_text_font_style: "normal", axis_label_text_color: ink("soft"), major_label_text_color: ink("ink") });
  }
}

// Draw lines that are black on white in the colour of the text.
function inked(renderer) {
  themed(() => { renderer.glyph.line_color = ink("ink"); });
  return renderer;
}

// A thin line in this blue is hard to see on dark.
const ON_DARK = { "#0072B2": "#56B4E9" };

function coloured(renderer, property, colour) {
  themed(() => { renderer.glyph[property] = (DARK.matches && ON_DARK[colour]) || colour; });
  return renderer;
}

function knnPlot(chart) {
  const groups = chart.ks.map((_, group) => group);
  const plot = quiet({
    x_axis_label: "neighbours that vote (k)", y_axis_label: "accuracy",
    x_range: new Bokeh.Range1d({ start: -0.6, end: groups.length - 0.4 }), y_range: new Bokeh.Range1d({ start: 0, end: 1.02 }),
  });
  const [xAxis] = plot.below;
  xAxis.ticker = new Bokeh.FixedTicker({ ticks: groups });
  xAxis.major_label_overrides = new Map(groups.map((group) => [group, `${chart.ks[group]}`]));
  plot.center[0].visible = false;
  const bars = SERIES.map((series) => knnBars(plot, chart, series, groups));
  const chance = inked(plot.segment(groups.map((g) => g - 0.42), chart.chance, groups.map((g) => g + 0.42), chart.chance, {
    line_width: 2, line_dash: "dashed",
  }));
  const items = SERIES.map(({ label }, number) => new Bokeh.LegendItem({ label: { value: label }, renderers: [bars[number]] }));
  items.push(new Bokeh.LegendItem({ label: { value: "chance" }, renderers: [chance] }));
  legendAbove(plot, items);
  return plot;
}

function legendAbove(plot, items) {
  const legend = new Bokeh.Legend({
    items, orientation: "horizontal", ncols: items.length > 3 ? 2 : items.length, border_line_color: null, background_fill_color: null, padding: 0, margin: 4, spacing: 8,
  });
  themed(() => { legend.label_text_color = ink("ink"); });
  plot.add_layout(legend, "above");
}

function knnBars(plot, chart, { name, label, offset, colour, hatch }, groups) {
  const { accuracy, interval } = chart[name];
  const x = groups.map((group) => group + offset);
  const source = new Bokeh.ColumnDataSource({
    data: { x, accuracy, k: chart.ks, text: accuracy.map((share, row) => formatShare(share, interval[row])) },
  });
  const bars = plot.vbar({ field: "x" }, 0.25, { field: "accuracy" }, 0, {
    source, fill_color: colour, line_color: "#ffffff", hatch_pattern: hatch, hatch_color: "#ffffff", hatch_alpha: 0.7,
  });
  const known = groups.filter((group) => interval[group]);
  const at = known.map((group) => x[group]);
  inked(plot.segment(at, known.map((group) => interval[group][0]), at, known.map((group) => interval[group][1]), { line_width: 1.6 }));
  plot.add_tools(new Bokeh.HoverTool({ renderers: [bars], tooltips: [[label, "@text"], ["k", "@k"]] }));
  return bars;
}

function formatShare(share, interval) {
  const percent = (value) => `${(100 * value).toFixed(0)} %`;
  return interval ? `${percent(share)} (${percent(interval[0])} to ${percent(interval[1])})` : percent(share);
}

// What validation measures has a panel of its own, unless it is the loss that is trained.
function drawLosses({ training, validation, measure, apart }, element) {
  const fall = "should fall below the dashed line", none = { step: [] };
  const loss = (name) => [["loss", "#0072B2", name]];
  const panels = [
    ["Loss", fall, apart ? "loss" : measure, training, apart ? none : validation, loss("loss"), training],
    ...(apart ? [["Validation", fall, measure, none, validation, loss(measure), validation]] : []),
    ["Distances", "the gap between the two shows what the network hears", "mean squared distance", training, validation,
      [["positive_distance", "#0072B2", "same singer"], ["negative_distance", "#E69F00", "two singers"]], none],
  ];
  for (const [title, words, ...panel] of panels) {
    const box = make("div", { className: "chart" });
    element.append(make("figure", {}, captioned(title, words), box));
    Bokeh.Plotting.show(lossPlot(...panel), box);
  }
}

function lossPlot(label, training, validation, curves, constant) {
  const plot = quiet({ x_axis_label: "training step", y_axis_label: label, y_range: new Bokeh.DataRange1d({ start: 0 }) });
  plot.below[0].ticker.min_interval = 1;
  const items = [];
  for (const [column, colour, name] of curves) {
    if (training.step.length) {
      const line = coloured(plot.line(training.step, training[column], { line_width: 1.4, line_alpha: 0.85 }), "line_color", colour);
      items.push(new Bokeh.LegendItem({ label: { value: name }, renderers: [line] }));
    }
    if (!validation.step.length) continue;
    const dots = coloured(plot.scatter({ field: "step" }, { field: "value" }, {
      source: new Bokeh.ColumnDataSource({ data: { step: validation.step, value: validation[column] } }),
      marker: column === "negative_distance" ? "square" : "circle", size: 7, line_color: "#000000",
    }), "fill_color", colour);
    items.push(new Bokeh.LegendItem({ label: { value: `${name}, validation` }, renderers: [dots] }));
    plot.add_tools(new Bokeh.HoverTool({ renderers: [dots], tooltips: [["step", "@step"], [`${name}, validation`, "@value{0.000}"]] }));
  }
  if (constant.step.length) {
    const line = inked(plot.line(constant.step, constant.constant_loss, { line_dash: "dashed" }));
    items.push(new Bokeh.LegendItem({ label: { value: "constant embedding" }, renderers: [line] }));
  }
  legendAbove(plot, items);
  return plot;
}
