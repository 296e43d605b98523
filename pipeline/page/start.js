// Reads the page's data and ties controls, maps and listening together.
function readPage() {
  const page = JSON.parse(document.getElementById("page-data").textContent);
  if (page.attention) page.attention.values = Uint8Array.from(atob(page.attention.values), (letter) => letter.charCodeAt(0));
  return page;
}

class Controls {
  constructor(page, maps, listening) {
    Object.assign(this, { page, maps, listening });
    this.colourBy = document.getElementById("colour-by");
    this.filter = document.getElementById("singer-filter");
    this.colourBy.append(...page.colourings.map(({ label }, number) => make("option", { value: number, textContent: label })));
    const singers = [...new Set(page.recordings.map(({ singer }) => singer))].sort();
    document.getElementById("singers").append(...singers.map((value) => make("option", { value })));
    this.colourBy.addEventListener("change", () => this.paint());
    this.filter.addEventListener("input", () => { this.paint(); this.list(); });
    for (const radio of document.querySelectorAll("input[name=view]")) radio.addEventListener("change", () => this.setView(radio.value));
  }

  async setView(kind) {
    this.view = this.page.views[kind];
    this.kind = kind;
    this.listening.setView(this.view, kind);
    this.maps.view = this.view;
    this.maps.mark([]);
    this.paint();
    this.list();
    await this.maps.draw();
  }

  matches(recording) {
    return this.page.recordings[recording].singer.toLowerCase().includes(this.filter.value.trim().toLowerCase());
  }

  paint() {
    const colouring = this.page.colourings[this.colourBy.value];
    const look = looks(colouring);
    const { recording } = this.view;
    this.maps.paint((row) => look[recording[row]], (row) => this.matches(recording[row]), (row) => this.listening.describe(row));
    drawLegend(colouring, document.getElementById("legend"));
    const shown = recording.filter((number) => this.matches(number)).length;
    document.getElementById("filter-result").textContent = this.filter.value.trim()
      ? `${shown} of ${recording.length} ${this.kind} match`
      : `${recording.length} ${this.kind}`;
  }

  // One button per performance: access to the points without a pointer.
  list() {
    const first = new Map();
    this.view.recording.forEach((recording, row) => { if (!first.has(recording)) first.set(recording, row); });
    const buttons = [...first].filter(([recording]) => this.matches(recording)).map(([recording, row]) => {
      const { singer, song, sound } = this.page.recordings[recording];
      const button = make("button", { type: "button", textContent: `${singer}, ${song}` });
      if (!sound) button.append(make("span", { className: "silent", textContent: " (no sound in this file)" }));
      button.dataset.row = row;
      button.addEventListener("click", () => this.listening.choose(row));
      return make("li", {}, button);
    });
    document.getElementById("performance-list").replaceChildren(...buttons);
    document.getElementById("list-count").textContent = `(${buttons.length})`;
  }
}

async function start() {
  const page = readPage();
  let listening = null;
  const maps = new Maps(page, (row) => listening.choose(row), (rows) => listening.gather(rows));
  listening = new Listening(page, maps);
  const controls = new Controls(page, maps, listening);
  await controls.setView(document.querySelector("input[name=view]:checked").value);
  drawKnn(page.knn, document.getElementById("knn"));
  drawLosses(page.losses, document.getElementById("losses"));
  document.body.dataset.ready = "true";
}

start();
