// The selection in the address: a link to it brings it back. Recordings are named, so that it survives a new page.
class Link {
  constructor(page, controls, listening) {
    Object.assign(this, { page, controls, listening, reading: false });
    this.anchor = document.getElementById("link");
    addEventListener("hashchange", () => this.read());
  }

  write() {
    if (this.reading) return;
    const { chosen, view, kind, pair } = this.listening;
    const { colourBy, search } = this.controls;
    const said = {};
    if (kind !== this.firstView) said.view = kind;
    if (Number(colourBy.value)) said.colour = this.page.colourings[colourBy.value].label;
    if (search.value.trim()) said.find = search.value.trim();
    if (chosen !== null) said.at = this.page.recordings[view.recording[chosen]].name;
    if (chosen !== null && kind === "clips") said.start = view.start[chosen];
    if (pair.shown) [said.a, said.b] = pair.shown.map((recording) => this.page.recordings[recording].name);
    const address = Object.keys(said).length ? `#${new URLSearchParams(said)}` : "";
    history.replaceState(null, "", location.href.split("#")[0] + address);
    this.anchor.href = address || "#";
    this.anchor.parentElement.hidden = chosen === null;
  }

  get firstView() {
    return Object.keys(this.page.views)[0];
  }

  // Bring back what the address says, silently; what is not on this page, or names a place on it, is passed over.
  async read() {
    if (location.hash && !location.hash.includes("=")) return;
    const said = new URLSearchParams(location.hash.slice(1));
    this.reading = true;
    const kind = said.get("view");
    await this.controls.useView(Object.hasOwn(this.page.views, kind) ? kind : this.firstView);
    const colour = this.page.colourings.findIndex(({ label }) => label === said.get("colour"));
    this.controls.use(Math.max(colour, 0), said.get("find") ?? "");
    const number = (name) => this.page.recordings.findIndex((recording) => recording.name === name);
    const { view } = this.listening;
    const start = said.has("start") ? Number(said.get("start")) : null;
    const row = view.recording.findIndex((recording, place) => (
      recording === number(said.get("at")) && (start === null || view.start[place] === start)));
    if (row >= 0) this.listening.choose(row, { play: false });
    const pair = [number(said.get("a")), number(said.get("b"))];
    if (row >= 0 && pair.every((recording) => recording >= 0)) this.listening.pair.show(...pair);
    this.reading = false;
    this.write();
  }
}
