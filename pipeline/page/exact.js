// The vectors behind the points: distances of any two, and the moments at which two performances are most alike.
const MOMENTS = 3;

class Exact {
  constructor(page) {
    this.page = page;
    for (const view of Object.values(page.views)) {
      const bytes = Uint8Array.from(atob(view.vectors.values), (letter) => letter.charCodeAt(0));
      view.vectors.values = new Int16Array(bytes.buffer);
    }
    const { performances, clips } = page.views;
    this.rowOf = new Map(performances.recording.map((recording, row) => [recording, row]));
    this.clipsOf = new Map();
    clips.recording.forEach((recording, row) => {
      this.clipsOf.set(recording, [...(this.clipsOf.get(recording) ?? []), row]);
    });
  }

  distance({ vectors: { width, scale, values } }, one, other) {
    let sum = 0;
    for (let place = 0; place < width; place += 1) sum += (values[one * width + place] - values[other * width + place]) ** 2;
    return scale * Math.sqrt(sum);
  }

  // Of two recordings, as whole performances.
  apart(one, other) {
    return this.distance(this.page.views.performances, this.rowOf.get(one), this.rowOf.get(other));
  }

  // The nearest row of each other singer, nearest first, as {row, distance}; where songs differ, of another song.
  others(view, row, count) {
    const who = (place) => this.page.recordings[view.recording[place]];
    const here = who(row);
    const nearest = new Map();
    view.recording.forEach((_, place) => {
      const { singer, song } = who(place);
      if (singer === here.singer || (this.page.across_songs && song && song === here.song)) return;
      const distance = this.distance(view, row, place);
      if (distance < (nearest.get(singer)?.distance ?? Infinity)) nearest.set(singer, { row: place, distance });
    });
    return [...nearest.values()].sort((a, b) => a.distance - b.distance).slice(0, count);
  }

  start(clip) {
    return this.page.views.clips.start[clip] * this.page.frame_seconds;
  }

  // The closest pairs of clips, closest first, as {one, other, distance} in seconds; no two overlap in either recording.
  alike(one, other) {
    const { clips } = this.page.views;
    const pairs = (this.clipsOf.get(one) ?? []).flatMap((here) => (this.clipsOf.get(other) ?? []).map((there) => (
      { one: this.start(here), other: this.start(there), distance: this.distance(clips, here, there) })));
    pairs.sort((a, b) => a.distance - b.distance);
    const overlaps = (a, b) => Math.abs(a - b) < this.page.clip_seconds - 1e-9;
    const kept = [];
    for (const pair of pairs) {
      if (kept.length === MOMENTS) break;
      if (kept.some((moment) => overlaps(moment.one, pair.one) || overlaps(moment.other, pair.other))) continue;
      kept.push(pair);
    }
    return kept;
  }
}
