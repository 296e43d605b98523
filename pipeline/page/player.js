// One audio element that plays a stretch of a recording and reports when it is over. A new request interrupts it.
class Player {
  constructor(audio, recordings) {
    this.audio = audio;
    this.recordings = recordings;
    this.loaded = null;
    this.address = null;
    this.until = Infinity;
    this.turn = 0;
    this.finish = null;
    audio.addEventListener("timeupdate", () => this.watch());
    audio.addEventListener("ended", () => this.done(true));
  }

  get playing() {
    return this.finish !== null;
  }

  // Resolves to true when the stretch was played to its end, to false when it was interrupted.
  async play(recording, from, until) {
    this.stop();
    const turn = this.turn;
    await this.load(recording);
    if (turn !== this.turn) return false;
    this.audio.currentTime = from;
    this.until = until;
    const over = new Promise((resolve) => { this.finish = resolve; });
    try {
      await this.audio.play();
    } catch (fault) {
      this.done(false);
      if (fault.name !== "AbortError") throw fault;
    }
    this.frame();
    return over;
  }

  stop() {
    this.turn += 1;
    this.audio.pause();
    this.done(false);
  }

  done(whole) {
    this.until = Infinity;
    const finish = this.finish;
    this.finish = null;
    if (finish) finish(whole);
  }

  watch() {
    if (this.audio.currentTime < this.until) return;
    this.audio.pause();
    this.done(true);
  }

  // timeupdate fires only four times a second; while the page is visible, check on every animation frame.
  frame() {
    if (!this.playing) return;
    this.watch();
    requestAnimationFrame(() => this.frame());
  }

  load(recording) {
    if (this.loaded === recording) return Promise.resolve();
    if (this.address) URL.revokeObjectURL(this.address);
    const bytes = Uint8Array.from(atob(this.recordings[recording].sound), (letter) => letter.charCodeAt(0));
    this.address = URL.createObjectURL(new Blob([bytes], { type: "audio/ogg" }));
    this.loaded = recording;
    return new Promise((resolve, reject) => {
      this.audio.addEventListener("loadedmetadata", resolve, { once: true });
      this.audio.addEventListener("error", () => { this.loaded = null; reject(this.audio.error); }, { once: true });
      this.audio.src = this.address;
    });
  }
}
