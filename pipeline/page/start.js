// Reads the page's data and ties controls, maps and listening together.
function readPage() {
  const page = JSON.parse(document.getElementById("page-data").textContent);
  if (page.attention) page.attention.values = Uint8Array.from(atob(page.attention.values), (letter) => letter.charCodeAt(0));
  return page;
}

class Controls {
  constructor(page, maps, listening, onChange) {
    Object.assign(this, { page, maps, listening, onChange });
    this.colourBy = document.getElementById("colour-by");
    this.search = document.getElementById("search");
    this.legend = new Legend(page, document.getElementById("legend"), () => this.paint());
    this.colourBy.append(...page.colourings.map(({ label, unit }, number) => make("option", { value: number, textContent: unit ? `${label} (${unit})` : label })));
    const known = page.recordings.flatMap(({ singer, song }) => (song ? [singer, song] : [singer]));
    this.known = new Set(known.map((name) => name.toLowerCase()));
    const order = new Intl.Collator(undefined, { numeric: true }).compare;
    document.getElementById("known").append(...[...new Set(known)].sort(order).map((value) => make("option", { value })));
    this.colourBy.addEventListener("change", () => { this.legend.use(Number(this.colourBy.value)); this.paint(); onChange(); });
    this.search.addEventListener("input", () => { this.paint(); this.list(); onChange(); });
    this.radios = [...document.querySelectorAll("input[name=view]")];
    for (const radio of this.radios) radio.addEventListener("change", async () => { await this.setView(radio.value); onChange(); });
    this.clear = document.getElementById("clear-search");
    this.clear.addEventListener("click", () => { this.search.value = ""; this.paint(); this.list(); onChange(); });
    REPAINTS.push(() => { this.legend.draw(); this.paint(); });
  }

  async useView(kind) {
    for (const radio of this.radios) radio.checked = radio.value === kind;
    await this.setView(kind);
  }

  use(colouring, search) {
    this.colourBy.value = colouring;
    this.search.value = search;
    this.legend.use(colouring);
    this.paint();
    this.list();
  }

  async setView(kind) {
    this.view = this.page.views[kind];
    this.kind = kind;
    this.maps.use(this.view);
    this.listening.setView(this.view, kind);
    this.explain();
    this.paint();
    this.list();
    await this.maps.draw();
  }

  // What the place of a point means depends on how the points were laid out.
  explain() {
    document.getElementById("layout-words").textContent = this.view.embedding.method === "PCA"
      ? "So few points are laid out by their two principal components: distances are about right, and the axes have no names."
      : "Close means similar; directions, axes and how far apart groups lie mean nothing (t-SNE).";
  }

  // A whole name finds that singer or song alone; else every word must occur in a name: the singer's, the song's, the file's.
  matches(recording) {
    const { singer, song, name } = this.page.recordings[recording];
    const sought = this.search.value.trim().toLowerCase();
    if (this.known.has(sought)) return singer.toLowerCase() === sought || song.toLowerCase() === sought;
    const text = `${singer} ${song} ${name}`.toLowerCase();
    return sought.split(/\s+/).every((word) => text.includes(word));
  }

  shows(recording) {
    return this.matches(recording) && this.legend.shows(recording);
  }

  paint() {
    const { recording } = this.view;
    this.maps.paint((row) => this.legend.look(recording[row]), (row) => this.shows(recording[row]), (row) => this.line(row));
    const matching = recording.filter((number) => this.matches(number)).length;
    const searched = this.search.value.trim() !== "";
    document.getElementById("filter-result").textContent = searched
      ? `${matching} of ${recording.length} ${this.kind} match`
      : `${recording.length} ${this.kind}`;
    this.clear.hidden = !searched || matching > 0;
  }

  // What is said of a point under the pointer.
  line(row) {
    const stretch = this.listening.stretch(row);
    const { singer, song, time } = this.listening.describe(stretch);
    const silent = this.page.recordings[stretch.recording].sound ? "" : "no sound";
    return [singer, song, time, this.legend.words(stretch.recording), silent].filter(Boolean).join(" · ");
  }

  // One button per performance: access to the points without a pointer.
  list() {
    const first = new Map();
    this.view.recording.forEach((recording, row) => { if (!first.has(recording)) first.set(recording, row); });
    const buttons = [...first].filter(([recording]) => this.matches(recording)).map(([recording, row]) => {
      const { sound, silence } = this.page.recordings[recording];
      const button = make("button", { type: "button", textContent: named(this.page.recordings[recording]) });
      if (!sound) button.append(make("span", { className: "silent", textContent: ` (no sound: ${silence})` }));
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
  let link = null;
  const changed = () => link?.write();
  const maps = new Maps(page, (row) => listening.choose(row), (rows) => listening.gather(rows));
  listening = new Listening(page, maps, changed);
  const controls = new Controls(page, maps, listening, changed);
  await controls.useView(Object.keys(page.views)[0]);
  new Tools(maps, document.getElementById("tools"));
  link = new Link(page, controls, listening);
  await link.read();
  if (page.knn) {
    drawKnn(page.knn, document.getElementById("knn"));
    drawLosses(page.losses, document.getElementById("losses"));
  }
  document.body.dataset.ready = "true";
}

start();
