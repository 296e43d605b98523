// The selection: its sound, spectrogram and attention, and its neighbours to play one after the other.
const MOST_GATHERED = 40;
const TITLES = { embedding: "Nearest in the embedding", baseline: "Nearest in the baseline" };

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

class Listening {
  constructor(page, maps) {
    this.page = page;
    this.maps = maps;
    this.element = (id) => document.getElementById(id);
    this.player = new Player(this.element("player"), page.recordings);
    this.strip = new Strip(this.element("strip"), page);
    this.chosen = null;
    this.queue = 0;
    this.element("play-again").addEventListener("click", () => this.playRows([this.chosen]));
    this.element("stop").addEventListener("click", () => this.stop());
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.stop(); });
    this.element("player").addEventListener("play", () => this.follow());
  }

  setView(view, kind) {
    this.stop();
    this.view = view;
    this.kind = kind;
    this.chosen = null;
    this.element("neighbours").replaceChildren();
    this.element("strip").hidden = true;
    this.element("strip-words").hidden = true;
    this.element("play-again").disabled = true;
    this.element("detail-title").textContent = "Nothing selected yet";
    this.element("detail-place").textContent = "Click a point, or choose a performance from the list.";
  }

  // Where a row of the view lies in its recording, in seconds.
  stretch(row) {
    const recording = this.view.recording[row];
    const { seconds } = this.page.recordings[recording];
    if (this.kind === "performances") return { recording, from: 0, until: seconds };
    const from = this.view.start[row] * this.page.frame_seconds;
    return { recording, from, until: Math.min(from + this.page.clip_seconds, seconds) };
  }

  describe(row) {
    const { recording, from, until } = this.stretch(row);
    const { singer, song } = this.page.recordings[recording];
    return { singer, song, time: `${from.toFixed(1)}–${until.toFixed(1)} s` };
  }

  choose(row) {
    this.chosen = row;
    const { singer, song, time } = this.describe(row);
    const { recording } = this.stretch(row);
    this.element("detail-title").textContent = singer;
    this.element("detail-place").textContent = `sings ${song}, ${time}`;
    this.element("play-again").disabled = !this.page.recordings[recording].sound;
    this.listNeighbours(row);
    const near = this.view.embedding.neighbours[row];
    const ringed = near.map((other, rank) => ({ row: other, text: `${rank + 1}` })).reverse();
    this.maps.mark([...ringed, { row, text: "●" }]);
    return this.playRows([row]);
  }

  // Play rows one after the other, until the last is over or something else is requested.
  async playRows(rows) {
    this.queue += 1;
    const queue = this.queue;
    this.element("stop").disabled = false;
    for (const row of rows) {
      this.highlight(row);
      const whole = await this.playRow(row);
      if (queue !== this.queue) return;
      if (!whole) break;
    }
    this.highlight(null);
    this.element("stop").disabled = true;
  }

  async playRow(row) {
    const stretch = this.stretch(row);
    const { singer, song, time } = this.describe(row);
    this.showStrip(row, stretch);
    if (!this.page.recordings[stretch.recording].sound) {
      this.announce(`${singer}, ${song}: its sound is not in this file, to keep it small.`);
      return true;
    }
    this.announce(`Playing ${singer}, ${song}, ${time}`);
    try {
      return await this.player.play(stretch.recording, stretch.from, stretch.until);
    } catch (fault) {
      this.announce(`This browser cannot play the sound (${fault.message}).`, true);
      return false;
    }
  }

  stop() {
    this.queue += 1;
    this.player.stop();
    this.highlight(null);
    this.element("stop").disabled = true;
  }

  announce(words, visibly = false) {
    this.element("live").textContent = words;
    this.element("live").classList.toggle("unseen", !visibly && !words.includes("not in this file"));
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
    const { singer, song } = this.describe(row);
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
    const { audio } = this.player;
    const moving = !audio.paused && !audio.ended;
    const here = this.strip.shown?.stretch.recording === this.player.loaded;
    this.strip.draw(moving && here ? audio.currentTime : null);
    if (moving) requestAnimationFrame(() => this.follow());
  }

  listNeighbours(row) {
    const lists = VECTORS.map((vectors) => this.rowList(
      TITLES[vectors], this.view[vectors].neighbours[row], this.page.recordings[this.view.recording[row]].singer,
    ));
    this.element("neighbours").replaceChildren(...lists);
  }

  gather(rows) {
    this.stop();
    const singers = new Set(rows.map((row) => this.describe(row).singer)).size;
    this.element("detail-title").textContent = `${rows.length} points of ${singers} singer${singers === 1 ? "" : "s"}`;
    this.element("detail-place").textContent = rows.length > MOST_GATHERED ? `The first ${MOST_GATHERED}:` : "";
    this.element("neighbours").replaceChildren(this.rowList("Selected", rows.slice(0, MOST_GATHERED), null));
    this.announce(`${rows.length} points selected`);
  }

  rowList(title, rows, singer) {
    if (!rows.length) return make("section", {}, make("h4", { textContent: title }), make("p", { className: "hint", textContent: "None." }));
    const playAll = make("button", { type: "button", textContent: "Play all" });
    playAll.setAttribute("aria-label", `${title}: play all, one after the other`);
    playAll.addEventListener("click", () => this.playRows(rows));
    const entries = rows.map((row, rank) => make("li", {}, this.rowButton(row, rank + 1, singer)));
    return make("section", {}, make("header", {}, make("h4", { textContent: title }), playAll), make("ol", {}, ...entries));
  }

  rowButton(row, number, singer) {
    const described = this.describe(row);
    const button = make("button", { type: "button" },
      make("span", { className: "number", textContent: `${number}` }),
      make("span", { className: "what", textContent: `${described.singer}, ${described.song}` }));
    if (described.singer === singer) button.append(make("span", { className: "same", textContent: "same singer" }));
    button.dataset.row = row;
    button.addEventListener("click", () => this.playRows([row]));
    return button;
  }
}
