// The tools of the maps as buttons with words, which act on all maps at once.
const DRAGS = { move: "pan", zoom: "box_zoom", lasso: "lasso_select" };

class Tools {
  constructor(maps, element) {
    Object.assign(this, { maps, element });
    for (const button of element.querySelectorAll("button[data-drag]")) {
      button.addEventListener("click", () => this.use(this.drag === button.dataset.drag ? null : button.dataset.drag));
    }
    element.querySelector("[data-act=whole]").addEventListener("click", () => this.whole());
    element.querySelector("[data-act=save]").addEventListener("click", () => this.save());
    // Where one points with a finger, dragging scrolls the page until a tool is chosen.
    this.use(matchMedia("(pointer: coarse)").matches ? null : "move");
  }

  use(drag) {
    this.drag = drag;
    for (const plot of Object.values(this.maps.plots)) {
      for (const [name, kind] of Object.entries(DRAGS)) {
        plot.toolbar.tools.filter((tool) => tool.type === Tools.TYPES[kind]).forEach((tool) => { tool.active = name === drag; });
      }
    }
    for (const button of this.element.querySelectorAll("button[data-drag]")) {
      button.setAttribute("aria-pressed", String(button.dataset.drag === drag));
    }
  }

  views() {
    return Object.values(this.maps.plots).map((plot) => [...Bokeh.index].find((view) => view.model === plot));
  }

  whole() {
    for (const view of this.views()) view.reset();
  }

  save() {
    this.views().forEach((view, number) => {
      const link = make("a", { download: `map-${this.maps.page.maps[number]}.png` });
      view.export("png").canvas.toBlob((picture) => {
        link.href = URL.createObjectURL(picture);
        link.click();
        URL.revokeObjectURL(link.href);
      });
    });
  }
}

Tools.TYPES = { pan: "PanTool", box_zoom: "BoxZoomTool", lasso_select: "LassoSelectTool" };
