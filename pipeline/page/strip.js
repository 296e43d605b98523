// The spectrogram of the selection, the attention over it, and a line at the playback position.
const ATTENTION = "#d55e00";
const MARGIN = { left: 44, right: 8, top: 6, bottom: 22 };

class Strip {
  constructor(canvas, page) {
    this.canvas = canvas;
    this.page = page;
    this.shown = null;
    new ResizeObserver(() => this.draw()).observe(canvas);
    REPAINTS.push(() => this.draw());
  }

  // `stretch` is {recording, from, until} in seconds; `curve` is null or [{from, until, weight}], 1 being the average.
  async show(stretch, curve) {
    const shown = { stretch, curve, picture: null };
    this.shown = shown;
    const { picture } = this.page.recordings[stretch.recording];
    this.canvas.hidden = !picture;
    if (!picture) return;
    const image = new Image();
    image.src = `data:image/webp;base64,${picture}`;
    await image.decode();
    shown.picture = image;
    this.draw();
  }

  hide() {
    this.shown = null;
    this.canvas.hidden = true;
  }

  draw(now = null) {
    if (!this.shown?.picture || this.canvas.hidden) return;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const density = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(height * density);
    const pen = this.canvas.getContext("2d");
    pen.scale(density, density);
    const box = {
      x: MARGIN.left, y: MARGIN.top,
      width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom,
    };
    this.drawPicture(pen, box);
    this.drawAxes(pen, box);
    if (this.shown.curve) this.drawAttention(pen, box);
    if (now !== null) this.drawNow(pen, box, now);
  }

  place(box, seconds) {
    const { from, until } = this.shown.stretch;
    return box.x + ((seconds - from) / (until - from)) * box.width;
  }

  drawPicture(pen, box) {
    const { stretch, picture } = this.shown;
    const whole = this.page.recordings[stretch.recording].picture_seconds;
    const start = (stretch.from / whole) * picture.width;
    const length = Math.min(((stretch.until - stretch.from) / whole) * picture.width, picture.width - start);
    const covered = Math.min(1, (length * whole) / picture.width / (stretch.until - stretch.from));
    pen.drawImage(picture, start, 0, length, picture.height, box.x, box.y, box.width * covered, box.height);
    pen.strokeStyle = ink("edge");
    pen.strokeRect(box.x, box.y, box.width, box.height);
  }

  drawAxes(pen, box) {
    pen.fillStyle = ink("soft");
    pen.font = "11px system-ui, sans-serif";
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const { label, share } of this.page.pitch_ticks) {
      pen.fillText(label, box.x - 5, box.y + (1 - share) * box.height);
    }
    pen.textAlign = "center";
    pen.textBaseline = "top";
    const { from, until } = this.shown.stretch;
    const step = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800].find((size) => (until - from) / size <= Math.max(2, box.width / 44)) ?? 3600;
    for (let second = Math.ceil(from / step) * step; second < until - step / 3; second += step) {
      pen.fillText(until < 60 ? `${+second.toFixed(1)} s` : clock(second).replace(/[.]0$/, ""), Math.max(this.place(box, second), box.x + 8), box.y + box.height + 5);
    }
  }

  drawAttention(pen, box) {
    const { curve } = this.shown;
    const highest = Math.max(2, ...curve.map(({ weight }) => weight)) * 1.05;
    const level = (weight) => box.y + (1 - weight / highest) * box.height;
    pen.beginPath();
    let end = null;
    for (const { from, until, weight } of curve) {
      if (from !== end) pen.moveTo(this.place(box, from), level(weight));
      pen.lineTo(this.place(box, from), level(weight));
      pen.lineTo(this.place(box, until), level(weight));
      end = until;
    }
    pen.strokeStyle = "#fff";
    pen.lineWidth = 4;
    pen.stroke();
    pen.strokeStyle = ATTENTION;
    pen.lineWidth = 2;
    pen.stroke();
    pen.lineWidth = 1;
    pen.setLineDash([5, 4]);
    pen.beginPath();
    pen.moveTo(box.x, level(1));
    pen.lineTo(box.x + box.width, level(1));
    pen.stroke();
    pen.setLineDash([]);
  }

  drawNow(pen, box, now) {
    const { from, until } = this.shown.stretch;
    if (now < from || now > until) return;
    pen.strokeStyle = "#0b5c8a"; // the picture below it is light in the dark, too
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(this.place(box, now), box.y);
    pen.lineTo(this.place(box, now), box.y + box.height);
    pen.stroke();
  }
}
