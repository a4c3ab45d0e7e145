/** Choosing and ordering: the ranking with its buttons, the projects with their search. */

import { all, breathe, make, one, say } from "./dom.js";
import { word } from "./words.js";

/** @typedef {import("../model/card.js").Card} Card */
/** @typedef {import("../model/election.js").Election} Election */

const ICONS = { up: "M6 14l6-6 6 6", down: "M6 10l6 6 6-6", remove: "M7 7l10 10M17 7L7 17" };

// Projects that are drawn in one go: a slow telephone is not held up by them.
const AT_ONCE = 10;

export class Chooser {
  #isShown = false;

  /**
   * @param {Election} election
   * @param {readonly Card[]} cards
   * @param {readonly string[]} choices
   * @param {(choices: string[]) => void} changed
   */
  constructor(election, cards, choices, changed) {
    this.election = election;
    this.cards = new Map(cards.map((card) => [card.id, card]));
    this.changed = changed;
    this.choices = choices.filter((id) => this.cards.has(id)).slice(0, election.max_choices);
    one("[data-projects]").replaceChildren();
    one("#search").oninput = () => this.#filter();
    this.draw();
  }

  /** Whether enough is chosen to go on. */
  get isComplete() {
    return this.choices.length >= this.election.min_choices;
  }

  /** Return the choices as numbers on the ballot. */
  numbers() {
    const ids = this.election.projects.map(({ id }) => id);
    return this.choices.map((id) => ids.indexOf(id));
  }

  /** Begin with nothing chosen. */
  clear() {
    this.#change([]);
  }

  /** Add a project as the last choice, if there is room. @param {string} id */
  add(id) {
    if (!this.cards.has(id) || this.choices.includes(id)) return;
    if (this.choices.length >= this.election.max_choices) {
      this.#say("script.full", { n: this.choices.length });
      one("[data-full]").textContent = word("script.full", { n: this.choices.length });
      return;
    }
    this.#change([...this.choices, id]);
    this.#say("script.added", { title: this.#title(id), n: this.choices.length });
  }

  /** Draw the projects, the first time that they are looked at; a few at once, between breaths. */
  async show() {
    this.draw();
    if (this.#isShown) return;
    this.#isShown = true;
    await breathe();
    // To begin with money takes a telephone as long as fifty projects do.
    const money = new Intl.NumberFormat(document.documentElement.lang, {
      style: "currency",
      currency: this.election.currency,
      maximumFractionDigits: 0,
    });
    const [cards, list] = [[...this.cards.values()], one("[data-projects]")];
    for (let at = 0; at < cards.length; at += AT_ONCE) {
      await breathe();
      const few = cards.slice(at, at + AT_ONCE).map((card) => this.#project(card, money));
      list.append(...few);
      few.forEach((project) => this.#mark(one("[data-add]", project)));
    }
    this.#filter();
  }

  /** Draw the ranking wherever it is shown, and mark the chosen projects. */
  draw() {
    const { choices, election } = this;
    one("[data-mine]").replaceChildren(...choices.map((id, at) => this.#choice(id, at)));
    const count = word("script.count", { n: choices.length, most: election.max_choices });
    for (const place of all("[data-count]")) place.textContent = count;
    one("[data-empty]").hidden = choices.length > 0;
    one("[data-full]").textContent = "";
    /** @type {HTMLButtonElement} */ (one('[data-act="review"]')).disabled = !this.isComplete;
    for (const list of all("[data-final]")) {
      list.replaceChildren(...choices.map((id, at) => this.#line(id, at)));
    }
    for (const button of all("[data-add]")) this.#mark(button);
  }

  /**
   * Let a project's button say whether it adds, or which choice the project is.
   *
   * @param {HTMLElement} button
   */
  #mark(button) {
    const at = this.choices.indexOf(button.dataset.add ?? "");
    const isFull = at < 0 && this.choices.length >= this.election.max_choices;
    button.classList.toggle("is-full", isFull);
    if (button.dataset.place === String(at)) return;
    button.dataset.place = String(at);
    button.classList.toggle("is-chosen", at >= 0);
    button.replaceChildren(
      ...(at < 0
        ? [word("script.add")]
        : [word("script.chosen", { n: at + 1 }), make("span", { class: "sr" }, word("script.out"))]),
    );
  }

  /** @param {Card} card @param {Intl.NumberFormat} money */
  #project(card, money) {
    const { title, summary } = card;
    const button = make("button", {
      type: "button",
      class: "button button-quiet add",
      id: `add-${card.id}`,
      "data-add": card.id,
      "aria-labelledby": `add-${card.id} title-${card.id}`,
      click: () => (this.choices.includes(card.id) ? this.#remove(card.id) : this.add(card.id)),
    });
    const text = `${card.id} ${title} ${summary}`;
    return make(
      "li",
      { class: "project", "data-text": plain(text) },
      make("p", { class: "card-kicker" }, word("script.project", { id: card.id })),
      make("h3", { class: "card-title", id: `title-${card.id}`, lang: "fr" }, title),
      make("p", { class: "card-text", lang: "fr" }, summary),
      make(
        "p",
        { class: "project-foot" },
        make(
          "span",
          { class: "muted" },
          `${word("script.cost")} `,
          make("strong", { class: "num" }, money.format(card.cost_cents / 100)),
        ),
        button,
      ),
    );
  }

  /** @param {string} id @param {number} at */
  #choice(id, at) {
    const title = this.#title(id);
    const last = at === this.choices.length - 1;
    return make(
      "li",
      { class: "choice" },
      this.#label(id, at),
      make(
        "span",
        { class: "choice-buttons" },
        this.#button("up", title, at === 0, () => this.#move(id, -1)),
        this.#button("down", title, last, () => this.#move(id, 1)),
        this.#button("remove", title, false, () => this.#remove(id)),
      ),
    );
  }

  /** @param {string} id @param {number} at */
  #line(id, at) {
    return make("li", { class: "choice" }, this.#label(id, at));
  }

  /** @param {string} id @param {number} at */
  #label(id, at) {
    const n = this.election.points[at];
    return make(
      "span",
      { class: "choice-text" },
      make("span", { class: "choice-title", lang: "fr" }, this.#title(id)),
      make(
        "span",
        { class: "choice-points" },
        n === 1 ? word("script.point") : word("script.points", { n }),
      ),
    );
  }

  /**
   * @param {"up" | "down" | "remove"} what
   * @param {string} title
   * @param {boolean} disabled
   * @param {() => void} click
   */
  #button(what, title, disabled, click) {
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(icon.namespaceURI, "path");
    line.setAttribute("d", ICONS[what]);
    icon.append(line);
    const name = word(`script.${what}`, { title });
    return make(
      "button",
      { type: "button", class: "icon", "data-move": what, "aria-label": name, disabled, click },
      icon,
    );
  }

  /** @param {string} id @param {number} by */
  #move(id, by) {
    const choices = this.choices.filter((one) => one !== id);
    const at = this.choices.indexOf(id) + by;
    choices.splice(at, 0, id);
    this.#change(choices);
    this.#say("script.moved", { title: this.#title(id), n: at + 1 });
    const buttons = all("button", all("[data-mine] > li")[at]);
    const wanted = buttons.find((button) => button.dataset.move === (by < 0 ? "up" : "down"));
    const usable = [wanted, ...buttons].find(
      (button) => button && !button.hasAttribute("disabled"),
    );
    usable?.focus();
  }

  /** @param {string} id */
  #remove(id) {
    const at = this.choices.indexOf(id);
    const inList = document.activeElement?.closest("[data-mine]");
    this.#change(this.choices.filter((one) => one !== id));
    this.#say("script.removed", { title: this.#title(id) });
    if (!inList) return;
    const rows = all("[data-mine] > li");
    const next = rows[Math.min(at, rows.length - 1)];
    (next ? one('[data-move="remove"]', next) : one("#search")).focus();
  }

  /** @param {string[]} choices */
  #change(choices) {
    this.choices = choices;
    this.draw();
    this.changed(choices);
  }

  #filter() {
    const { value: typed } = /** @type {HTMLInputElement} */ (one("#search"));
    const wanted = plain(typed).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const project of all("[data-projects] > li")) {
      project.hidden = !wanted.every((part) => project.dataset.text?.includes(part));
      if (!project.hidden) found++;
    }
    const name = ["script.found_none", "script.found_one"][found] ?? "script.found";
    one("[data-found]").textContent = word(name, { n: found });
  }

  /** @param {string} id */
  #title(id) {
    return this.cards.get(id)?.title ?? id;
  }

  /** @param {string} name @param {{ [name: string]: string | number }} values */
  #say(name, values) {
    say(one("[data-said]"), word(name, values));
  }
}

/** Return a text without capitals and accents, to search in. @param {string} text */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
