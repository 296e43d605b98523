// The selection: its sound, spectrogram and attention, and its neighbours to play one after the other.
const MOST_GATHERED = 40;
const TITLES = { embedding: "Nearest in the embedding", baseline: "Nearest in the baseline" };
const ONLY_TITLE = "Nearest voices";
const LETTERS = ["a", "b", "c", "d", "e"];
const NOTHING = "Click a point, or choose a performance from the list.";

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function named({ singer, title }) {
  return `${singer}, ${title}`;
}

class Listening {
  // `onChange()` is called when the selection has changed.
  constructor(page, maps, onChange) {
    Object.assign(this, { page, maps, onChange, chosen: null, held: null, queue: 0 });
    this.element = (id) => document.getElementById(id);
    this.player = new Player(this.element("player"), page.recordings);
    this.strip = new Strip(this.element("strip"), page);
    this.pair = new Pair(page, this);
    this.element("play-again").addEventListener("click", () => this.playRows([this.chosen]));
    this.element("stop").addEventListener("click", () => this.stop());
    this.element("hold").addEventListener("click", () => this.hold());
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.stop(); });
    this.element("player").addEventListener("play", () => this.follow());
  }

  setView(view, kind) {
    this.view = view;
    this.kind = kind;
    this.maps.release();
    this.clear("Nothing selected yet", NOTHING);
  }

  // Let go of whatever was selected before, and of what plays.
  clear(title, place) {
    this.stop();
    this.chosen = null;
    this.held = null;
    this.pair.clear();
    this.maps.mark([]);
    this.element("detail-title").textContent = title;
    this.element("detail-place").textContent = place;
    this.element("neighbours").replaceChildren();
    this.strip.hide();
    this.element("strip-words").hidden = true;
    for (const id of ["play-again", "hold"]) this.element(id).disabled = true;
    this.element("now").textContent = "";
    delete document.body.dataset.chosen;
  }

  // Where a row of the view lies in its recording, in seconds.
  stretch(row) {
    const recording = this.view.recording[row];
    const { seconds } = this.page.recordings[recording];
    if (this.kind === "performances") return { recording, from: 0, until: seconds };
    const from = this.view.start[row] * this.page.frame_seconds;
    return { recording, from, until: Math.min(from + this.page.clip_seconds, seconds) };
  }

  describe({ recording, from, until }) {
    const { singer, title } = this.page.recordings[recording];
    return { singer, song: title, time: timeSpan(from, until) };
  }

  // Select a row, and play it; with another one held, put the two side by side.
  choose(row, { play = true } = {}) {
    const { held } = this;
    this.maps.release();
    this.clear("", "");
    this.chosen = row;
    document.body.dataset.chosen = "true";
    const stretch = this.stretch(row);
    const { singer, song, time } = this.describe(stretch);
    this.element("detail-title").textContent = singer;
    // Where songs are unknown, the name of the file stands in for the song.
    const what = /\.\w{2,4}$/.test(song) ? song : `sings ${song}`;
    this.element("detail-place").textContent = `${what}, ${time}`;
    this.element("play-again").disabled = !this.page.recordings[stretch.recording].sound;
    this.element("hold").disabled = false;
    this.element("hold").textContent = "Compare with …";
    const others = this.pair.exact.others(this.view, row, LETTERS.length);
    this.listNeighbours(row, others);
    this.ring(row, others);
    this.showStrip(row, stretch);
    this.tell(stretch, false);
    if (held !== null && held !== stretch.recording) this.pair.show(held, stretch.recording);
    this.onChange();
    return play ? this.playRows([row]) : null;
  }

  // Ring the nearest by numbers, the nearest other singers by letters where they have no number.
  ring(row, others) {
    const near = this.view.embedding.neighbours[row];
    const numbered = near.map((other, rank) => ({ row: other, text: `${rank + 1}` }));
    const lettered = others.map((other, rank) => ({ row: other.row, text: LETTERS[rank] })).filter((other) => !near.includes(other.row));
    this.maps.mark([...lettered.reverse(), ...numbered.reverse(), { row, text: "●", chosen: true }]);
  }

  // Keep the selection as A; the next one that is chosen becomes B.
  hold() {
    this.held = this.view.recording[this.chosen];
    this.element("hold").textContent = "Now choose B …";
    this.announce(`${named(this.page.recordings[this.held])} is A; choose another voice as B`);
  }

  compareWith(recording) {
    this.pair.show(this.view.recording[this.chosen], recording);
    this.pair.section.scrollIntoView({ block: "nearest" });
    this.onChange();
  }

  playRows(rows) {
    return this.playAll(rows.map((row) => ({ ...this.stretch(row), row })));
  }

  // Play stretches one after the other, until the last is over or something else is requested.
  async playAll(stretches) {
    this.queue += 1;
    const queue = this.queue;
    this.element("stop").disabled = false;
    for (const stretch of stretches) {
      this.highlight(stretch.row ?? null);
      const whole = await this.playOne(stretch);
      if (queue !== this.queue) return;
      if (!whole) break;
    }
    this.highlight(null);
    this.element("stop").disabled = true;
  }

  async playOne(stretch) {
    if (stretch.row !== undefined) this.showStrip(stretch.row, stretch);
    const { singer, song, time } = this.describe(stretch);
    const { sound, silence } = this.page.recordings[stretch.recording];
    if (!sound) {
      this.player.stop();
      this.tell(stretch, false);
      this.announce(`${singer}, ${song}: its sound is not in this file (${silence}).`, true);
      return true;
    }
    this.tell(stretch, true);
    this.announce(`Playing ${singer}, ${song}, ${time}`);
    try {
      return await this.player.play(stretch.recording, stretch.from, stretch.until);
    } catch (fault) {
      this.announce(`This browser cannot play the sound (${fault.message}).`, true);
      return false;
    }
  }

  // Beside the player, whom it plays.
  tell(stretch, plays) {
    const { singer, song, time } = this.describe(stretch);
    this.element("now").textContent = `${plays ? "▶ " : ""}${singer}, ${song}, ${time}`;
  }

  stop() {
    this.queue += 1;
    this.player.stop();
    this.highlight(null);
    this.element("stop").disabled = true;
  }

  announce(words, visibly = false) {
    this.element("live").textContent = words;
    this.element("live").classList.toggle("unseen", !visibly);
  }

  highlight(row) {
    for (const button of document.querySelectorAll("button[data-row]")) {
      button.setAttribute("aria-current", String(row !== null && button.dataset.row === String(row)));
    }
  }

  showStrip(row, stretch) {
    const curve = this.curve(row, stretch);
    const words = this.element("strip-words");
    this.strip.show(stretch, curve);
    words.hidden = this.element("strip").hidden;
    const { singer, song } = this.describe(stretch);
    const shown = row === this.chosen ? "" : `Now ${singer}, ${song}. `;
    words.textContent = shown + (curve
      ? "Dark is loud. Orange: the weight of each moment in the network's attention; the dashed line is the average."
      : "Dark is loud. This network has no attention: every moment counts equally.");
  }

  // Attention of a clip, step by step; of a performance, the mean of its clips on the page wherever they overlap.
  curve(row, stretch) {
    const { attention, views } = this.page;
    if (!attention) return null;
    if (this.kind === "clips") return this.steps(row, stretch.from);
    const sums = new Map();
    const step = this.page.clip_seconds / attention.steps;
    views.clips.recording.forEach((recording, clip) => {
      if (recording !== stretch.recording) return;
      for (const { from, weight } of this.steps(clip, views.clips.start[clip] * this.page.frame_seconds)) {
        const place = Math.round(from / step);
        const [sum, count] = sums.get(place) ?? [0, 0];
        sums.set(place, [sum + weight, count + 1]);
      }
    });
    const places = [...sums.keys()].sort((a, b) => a - b);
    return places.map((place) => {
      const [sum, count] = sums.get(place);
      return { from: place * step, until: (place + 1) * step, weight: sum / count };
    });
  }

  steps(clip, start) {
    const { steps, levels, values } = this.page.attention;
    const step = this.page.clip_seconds / steps;
    return Array.from({ length: steps }, (_, number) => ({
      from: start + number * step,
      until: start + (number + 1) * step,
      weight: values[clip * steps + number] / levels,
    }));
  }

  follow() {
    const { audio, loaded } = this.player;
    const moving = !audio.paused && !audio.ended;
    const now = moving ? audio.currentTime : null;
    this.strip.draw(this.strip.shown?.stretch.recording === loaded ? now : null);
    this.pair.follow(loaded, now);
    if (moving) requestAnimationFrame(() => this.follow());
  }

  listNeighbours(row, others) {
    const { singer } = this.page.recordings[this.view.recording[row]];
    const lists = this.page.maps.map((vectors) => {
      const { neighbours, distances } = this.view[vectors];
      const title = this.page.maps.length > 1 ? TITLES[vectors] : ONLY_TITLE;
      return this.rowList(title, neighbours[row], singer, distances[row]);
    });
    lists.push(this.rowList("Nearest other singers", others.map((other) => other.row), singer, others.map(({ distance }) => distance), LETTERS));
    this.element("neighbours").replaceChildren(...lists);
  }

  gather(rows) {
    const selected = [...rows];
    const singers = new Set(selected.map((row) => this.page.recordings[this.view.recording[row]].singer)).size;
    this.clear(`${counted(selected.length, "point")} of ${counted(singers, "singer")}`,
      selected.length > MOST_GATHERED ? `The first ${MOST_GATHERED}:` : "");
    this.element("neighbours").replaceChildren(this.rowList("Selected", selected.slice(0, MOST_GATHERED), null, null));
    this.announce(`${counted(selected.length, "point")} selected`);
    this.onChange();
  }

  rowList(title, rows, singer, distances, labels = null) {
    if (!rows.length) return make("section", {}, make("h4", { textContent: title }), make("p", { className: "hint", textContent: "None." }));
    const playAll = make("button", { type: "button", textContent: "Play all" });
    playAll.setAttribute("aria-label", `${title}: play all, one after the other`);
    playAll.addEventListener("click", () => this.playRows(rows));
    const entries = rows.map((row, rank) => make("li", {}, ...this.rowButtons(row, rank, singer, distances, labels)));
    const header = make("header", {}, make("h4", { textContent: title }), playAll);
    const words = distances ? [make("p", { className: "hint", textContent: "At the right the distance: the smaller, the more alike." })] : [];
    return make("section", {}, header, ...words, make("ol", {}, ...entries));
  }

  rowButtons(row, rank, singer, distances, labels) {
    const recording = this.page.recordings[this.view.recording[row]];
    const button = make("button", { type: "button", className: "row" },
      make("span", { className: "number", textContent: labels ? labels[rank] : `${rank + 1}` }),
      make("span", { className: "what", textContent: named(recording) }));
    if (recording.singer === singer) button.append(make("span", { className: "same", textContent: "same singer" }));
    if (distances) button.append(make("span", { className: "far", textContent: distances[rank].toFixed(3) }));
    button.dataset.row = row;
    button.addEventListener("click", () => this.playRows([row]));
    if (!distances) return [button];
    const beside = make("button", { type: "button", className: "beside", textContent: "A|B", title: "Side by side" });
    beside.setAttribute("aria-label", `Side by side with ${named(recording)}`);
    beside.addEventListener("click", () => this.compareWith(this.view.recording[row]));
    return [button, beside];
  }
}
