// The legend, and what it decides: the look of every recording, and which are switched off. A click on a name switches it.
class Legend {
  // `onChange()` is called when a name was switched.
  constructor(page, element, onChange) {
    Object.assign(this, { page, element, onChange });
    this.slots = page.colourings.map(({ names }) => this.firstSlots(names));
    this.ranges = page.colourings.map((colouring) => (colouring.names ? null : numberRange(colouring)));
    this.number = 0;
  }

  firstSlots(names) {
    if (!names) return null;
    const first = names.length > COLOURS.length ? PICKED_AT_FIRST : names.length;
    return new Map(Array.from({ length: first }, (_, number) => [number, number]));
  }

  get colouring() {
    return this.page.colourings[this.number];
  }

  get picked() {
    return this.slots[this.number];
  }

  // With as many colours as names, a name that is switched off is hidden; else it only loses its colour.
  get hides() {
    return this.colouring.names !== null && this.colouring.names.length <= COLOURS.length;
  }

  use(number) {
    this.number = number;
    this.draw();
  }

  look(recording) {
    const value = this.colouring.values[recording];
    if (!this.colouring.names) return lookOfNumber(value, this.ranges[this.number]);
    const slot = this.picked.get(value);
    return slot === undefined ? { colour: ink("unknown"), marker: "circle", pale: true } : lookOfSlot(slot);
  }

  shows(recording) {
    return !this.hides || this.picked.has(this.colouring.values[recording]);
  }

  // The value of a recording in words; nothing for its singer and song, which are said anyway.
  words(recording) {
    const { label, names, values, unit } = this.colouring;
    const value = values[recording];
    if (value === null || label === "singer" || label === "song") return "";
    return `${label} ${names ? names[value] : readable(value, unit)}`;
  }

  toggle(name) {
    if (this.picked.has(name)) this.picked.delete(name);
    else this.pick(name);
    this.changed();
  }

  // A name gets its own colour where there is one for each, else one that is free; the longest picked gives its up.
  pick(name) {
    if (this.hides) {
      this.picked.set(name, name);
      return;
    }
    if (this.picked.size === COLOURS.length) this.picked.delete(this.picked.keys().next().value);
    const taken = new Set(this.picked.values());
    this.picked.set(name, COLOURS.findIndex((_, slot) => !taken.has(slot)));
  }

  all() {
    this.colouring.names.forEach((_, name) => this.picked.set(name, name));
    this.changed();
  }

  none() {
    this.picked.clear();
    this.changed();
  }

  changed() {
    this.draw();
    this.onChange();
  }

  draw() {
    this.element.replaceChildren();
    if (this.colouring.names) this.drawNames();
    else this.drawRamp();
  }

  drawNames() {
    const { names, label } = this.colouring;
    if (!this.hides) this.element.append(make("p", { className: "hint", textContent:
      `${names.length} names are more than there are colours. Click a name to give it one, or to take it away.` }));
    const entries = names.map((name, number) => this.nameButton(name, number));
    this.element.append(make("div", { className: "names" }, ...entries));
    this.element.lastChild.setAttribute("role", "group");
    this.element.lastChild.setAttribute("aria-label", `Legend: ${label}`);
    if (this.hides) this.element.append(this.act("all", () => this.all()));
    this.element.append(this.act("none", () => this.none()));
  }

  act(words, action) {
    const button = make("button", { type: "button", className: "quiet", textContent: words });
    button.addEventListener("click", action);
    return button;
  }

  nameButton(name, number) {
    const slot = this.picked.get(number);
    const { colour, marker } = slot === undefined ? { colour: ink("unknown"), marker: "circle" } : lookOfSlot(slot);
    const button = make("button", { type: "button" });
    button.innerHTML = `<svg viewBox="0 0 14 14" fill="${colour}" aria-hidden="true">${MARKERS[marker]}</svg>`;
    button.append(name);
    button.setAttribute("aria-pressed", String(slot !== undefined));
    button.addEventListener("click", () => {
      this.toggle(number);
      this.element.querySelectorAll(".names button")[number].focus();
    });
    return button;
  }

  drawRamp() {
    const { label, unit, values } = this.colouring;
    const range = this.ranges[this.number];
    if (!range) {
      this.element.append(`${label} is unknown for every recording`);
      return;
    }
    const bar = make("span", { className: "ramp" });
    bar.style.background = `linear-gradient(90deg, ${ramp().join(", ")})`;
    this.element.append(`${label}: ${readable(range[0], unit)}`, bar, readable(range[1], unit));
    if (values.includes(null)) this.element.append("(grey diamonds: unknown)");
  }
}
