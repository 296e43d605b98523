// Two voices side by side, A and B: how far apart they lie, and the moments at which they are most alike, to play in turn.
class Pair {
  constructor(page, listening) {
    Object.assign(this, { page, listening, shown: null });
    this.exact = new Exact(page);
    this.section = document.getElementById("pair");
    this.strips = ["a", "b"].map((side) => new Strip(document.getElementById(`strip-${side}`), page));
    this.buttons = ["a", "b"].map((side) => document.getElementById(`play-${side}`));
    this.buttons.forEach((button, side) => button.addEventListener("click", () => this.play(side)));
    document.getElementById("pair-close").addEventListener("click", () => { this.clear(); listening.onChange(); });
  }

  // Two recordings, by number.
  show(one, other) {
    this.shown = [one, other];
    this.section.hidden = false;
    this.shown.forEach((recording, side) => {
      this.buttons[side].replaceChildren(make("strong", { textContent: "AB"[side] }), ` ${named(this.page.recordings[recording])}`);
      this.buttons[side].disabled = !this.page.recordings[recording].sound;
      this.strips[side].show(this.whole(recording), null);
    });
    const distance = this.exact.apart(one, other).toFixed(3);
    document.getElementById("pair-distance").textContent = `Distance ${distance} between the two performances: the smaller, the more alike.`;
    const moments = this.exact.alike(one, other).map((moment) => make("li", {}, this.momentButton(moment)));
    document.getElementById("pair-moments").replaceChildren(...moments);
  }

  clear() {
    this.shown = null;
    this.section.hidden = true;
  }

  whole(recording) {
    return { recording, from: 0, until: this.page.recordings[recording].seconds };
  }

  momentButton({ one, other, distance }) {
    const stretches = [one, other].map((from, side) => {
      const recording = this.shown[side];
      return { recording, from, until: Math.min(from + this.page.clip_seconds, this.page.recordings[recording].seconds) };
    });
    const [here, there] = stretches.map(({ from, until }) => timeSpan(from, until));
    const button = make("button", { type: "button" },
      make("span", { className: "what", textContent: `A ${here}, then B ${there}` }),
      make("span", { className: "far", textContent: distance.toFixed(3) }));
    button.setAttribute("aria-label", `Play A from ${here}, then B from ${there}; distance ${distance.toFixed(3)}`);
    button.addEventListener("click", () => {
      stretches.forEach((stretch, side) => this.strips[side].show(stretch, null));
      this.listening.playAll(stretches);
    });
    return button;
  }

  play(side) {
    const stretch = this.whole(this.shown[side]);
    this.strips[side].show(stretch, null);
    return this.listening.playAll([stretch]);
  }

  // Draw the line at the playback position on the strip of what plays.
  follow(recording, now) {
    if (this.shown) this.strips.forEach((strip) => strip.draw(strip.shown?.stretch.recording === recording ? now : null));
  }
}
