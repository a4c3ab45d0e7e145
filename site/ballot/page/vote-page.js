/**
 * The voting page: which step is shown, and what leads from one to the next.
 *
 *     intro → choose → review → (e-ID) → prepare → sealed → cast → receipt
 *                                ↑          ↓      ↕ opened
 *                                next-issuer, as often as there are issuers still to sign
 *
 * Besides: restore, desk-code, other-tab, back (signed in, in a tab that has no choices) and stop.
 */

import { toBase64 } from "../canonical.js";
import { decodeSeed, encodeSeed } from "../crypto/seed-code.js";
import { UrneError } from "../errors.js";
import { issuerPath } from "../model/election.js";
import { Chooser } from "./choose.js";
import { all, breathe, make, one, say, saves } from "./dom.js";
import { Keep } from "./keep.js";
import { LogReader } from "./log-reader.js";
import { builtFor, readCards, readElection } from "./manifest.js";
import { awaitOutcome, clearOutcome, readOutcome } from "./outcome.js";
import { ReceiptView } from "./receipt-view.js";
import { Stop, codeOf, fillStop, showStep } from "./stop.js";
import { hold } from "./tabs.js";
import { Voting } from "./voting.js";
import { word } from "./words.js";

/** @typedef {import("../sealed-ranking.js").SealedRanking} SealedRanking */

const SIGNED_IN = "signed-in";

class VotePage {
  /** The id of the issuer with whom the person has just signed in. */
  #signedInWith = "";
  #deskCode = "";
  /** Whether this tab is the one that votes. */
  #holds = false;
  /** How a sign-in ended, until it is gone on with. @type {string | null} */
  #outcome = null;
  /** End the waiting for a sign-in in another tab. */
  #waitNoMore = () => {};
  /** @type {SealedRanking | null} */
  #sealed = null;
  /** The hash of the seal that the page shows, base64: a ballot with another one never leaves. */
  #shown = "";
  /** The leaf hash of a ballot that the close left without an answer, base64. */
  #unanswered = "";
  /** What to do again when the person says so. @type {() => unknown} */
  #again = () => this.load();

  constructor() {
    this.built = builtFor();
    this.keep = new Keep(this.built.edition, this.built.election);
    this.#listen();
  }

  /** Come in: alone in this browser, with a manifest that is what it must be. */
  async load() {
    this.#again = () => this.load();
    await this.#guard(async () => {
      const outcome = readOutcome();
      if (outcome && this.keep.isMemory) return showStep("back");
      if (outcome && this.#goesToOtherLanguage()) return undefined;
      if (!navigator.cookieEnabled) throw new Stop("cookies-off");
      if (outcome) {
        // Its cookie lives a minute; another tab may hold the vote for longer.
        clearOutcome();
        this.#outcome = outcome;
      }
      if (!(await this.#holdTab(false))) return showStep("other-tab");
      return this.#open();
    });
  }

  async #open() {
    this.#note("memory", this.keep.isMemory);
    this.election = await readElection(this.built, this.keep.seen);
    this.log = new LogReader(this.election, this.keep);
    const [cards] = await Promise.all([readCards(this.election), this.log.head()]);
    await breathe();
    this.voting = new Voting(this.election, this.keep);
    this.receipts = new ReceiptView(this.voting, this.log, (error) => this.#stop(error));
    this.chooser = new Chooser(this.election, cards, this.keep.draft.choices, (choices) =>
      this.keep.changeDraft({ choices }),
    );
    this.#offerProviders();
    /** @type {HTMLInputElement} */ (one("[data-shared]")).checked = this.keep.draft.shared;
    this.#addFromAddress();
    if (this.#outcome) return this.#comeBack(this.#outcome);
    await this.#requireTime();
    return this.#resume();
  }

  /** @param {string} outcome how signing in ended */
  #comeBack(outcome) {
    this.#outcome = null;
    if (outcome !== SIGNED_IN) throw new Stop(outcome);
    const { voting, chooser } = this.#require();
    this.#signedInWith = this.keep.draft.issuer || (voting.next?.id ?? "");
    return chooser.isComplete ? this.prepare() : this.#choose();
  }

  /** Go to the step that the person left, as far as it still makes sense. */
  #resume() {
    const { step } = this.keep.draft;
    if (step === "choose") return this.#choose({ focus: false });
    if (step === "review" && this.#require().chooser.isComplete) return this.#toSignIn();
    return this.#intro({ focus: false });
  }

  // --- Steps --------------------------------------------------------------------------------------

  /** @param {{ focus?: boolean }} [how] */
  #intro(how) {
    const { voting } = this.#require();
    const hasVoted = Boolean(voting.kept?.receipts.length);
    const isPending = this.#showPending();
    one("[data-voted]").hidden = !hasVoted || isPending;
    one("[data-begin]").hidden = hasVoted || isPending;
    for (const place of all("[data-unready]")) delete place.dataset.unready;
    this.#step("intro", how);
  }

  /** @param {{ focus?: boolean }} [how] */
  #choose(how) {
    const { chooser } = this.#require();
    this.#step("choose", how);
    return chooser.show();
  }

  #review() {
    const { voting } = this.#require();
    if (!voting.mayVote) throw new Stop("revision-out-of-range");
    const ready = voting.hasCredentials || this.#signedInWith === voting.next?.id;
    one("[data-replaces]").hidden = !this.#showPending();
    one("[data-with-credential]").hidden = !ready;
    one("[data-sign-in]").hidden = ready;
    this.#sayIssuers();
    this.#step("review");
  }

  /** Before the next sign-in: from the review, or, where an issuer has signed, from a step apart. */
  #toSignIn() {
    const { voting, chooser } = this.#require();
    if (!chooser.isComplete) return this.#choose();
    if (!voting.isBetween || !voting.mayVote) return this.#review();
    this.#sayIssuers();
    return this.#step("next-issuer");
  }

  /**
   * Credential and seal, one after the other, each said in a sentence.
   *
   * @param {string} [deskCode]
   */
  async prepare(deskCode = this.#deskCode) {
    this.#deskCode = deskCode;
    this.#again = () => this.prepare();
    await this.#guard(async () => {
      const { voting } = this.#require();
      this.#sayIssuers();
      this.#step("prepare");
      await this.#doing(0);
      const answer = await voting.ask(deskCode);
      await this.#doing(1);
      if (answer) await voting.unblind(answer, deskCode);
      this.#deskCode = "";
      if (!voting.hasCredentials) {
        this.#signedInWith = "";
        return this.#toSignIn();
      }
      if (voting.kept?.restored)
        voting.goOnAfter(await this.#require().log.entries(await this.#require().log.head()));
      return this.#seal();
    });
  }

  async #seal() {
    const { voting, chooser } = this.#require();
    await this.#doing(2);
    this.#sealed = await voting.seal(chooser.numbers());
    await this.#doing(3);
    this.#showHash(toBase64(this.#sealed.hash));
    one("[data-fleeting]").hidden = !this.keep.isFleeting;
    this.#step("sealed");
  }

  /** Open the sealed ballot to be checked; it can never be cast. */
  #openSealed() {
    if (!this.#sealed) return this.#review();
    const text = new TextDecoder().decode(this.#sealed.open());
    /** @type {HTMLTextAreaElement} */ (one("[data-opened]")).value = text;
    saves(one("[data-save-opened]"), "urne-opened.json", text, "application/json");
    this.#showHash(toBase64(this.#sealed.hash));
    this.#sealed = null;
    return this.#step("opened");
  }

  /** Sign the ballot whose seal is shown if it is not yet, and send it: the same bytes each time. */
  async cast() {
    this.#again = () => this.cast();
    await this.#guard(async () => {
      const { voting } = this.#require();
      const ranking = this.#sealed && toBase64(this.#sealed.hash) === this.#shown && this.#sealed;
      if (!ranking && !voting.kept?.pending) return this.#intro();
      this.#step("cast");
      const region = one("[data-casting]");
      region.textContent = "";
      await breathe();
      say(region, one("[data-step=cast] .lead").textContent ?? "");
      if (ranking && voting.pendingSeal !== this.#shown) voting.sign(ranking);
      await this.#send(ranking);
      this.#sealed = null;
      this.#require().chooser.clear();
      this.keep.changeDraft({ step: "receipt" });
      return this.#receipt();
    });
  }

  /**
   * Send the ballot that waits. Where another device has used its number, what was sealed here just
   * now takes the next one; what waited since an earlier visit might undo the newer vote.
   *
   * @param {SealedRanking | null | false} ranking
   */
  async #send(ranking) {
    const { voting } = this.#require();
    try {
      await voting.send(this.#shown);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      if (error.code === "closed") throw new Stop(await this.#settled(), { cause: error });
      if (error.code !== "revision-taken") throw error;
      voting.skipRevision();
      if (!ranking) throw error;
      voting.sign(ranking);
      await this.#send(ranking);
    }
  }

  /** Return the code of what became of the ballot without an answer, the vote being closed. */
  async #settled() {
    const { voting, log } = this.#require();
    this.#unanswered = voting.pendingLeaf;
    try {
      return voting.settle(await log.entries(await log.head()));
    } catch (error) {
      if (error instanceof Stop && ["offline", "unavailable"].includes(error.code))
        return "closed-casting";
      throw error;
    }
  }

  #receipt() {
    this.#step("receipt");
    this.#require().receipts.show();
  }

  /** Take the code of another device. @param {string} typed */
  #restore(typed) {
    const { voting } = this.#require();
    const wrong = one("[data-restore-wrong]");
    wrong.textContent = "";
    try {
      const seed = decodeSeed(typed);
      const isOther = voting.kept && toBase64(seed) !== voting.kept.seed;
      if (isOther && voting.signed) {
        wrong.textContent = word(
          voting.isBetween ? "script.restore_begun" : "script.restore_taken",
        );
        return;
      }
      if (!voting.kept || isOther) voting.begin(seed);
    } catch (error) {
      if (!(error instanceof UrneError)) throw error;
      wrong.textContent = word("script.restore_wrong");
      return;
    }
    /** @type {HTMLInputElement} */ (one("#restore-code")).value = "";
    this.#note("restored", true);
    this.#choose();
  }

  // --- What leads on ------------------------------------------------------------------------------

  #listen() {
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-act]") : null;
      if (button instanceof HTMLElement) void this.#act(button.dataset.act ?? "");
    });
    one('[data-form="restore"]').addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#guard(async () => this.#restore(valueOf("#restore-code")));
    });
    one('[data-form="desk-code"]').addEventListener("submit", (event) => {
      event.preventDefault();
      void this.prepare(valueOf("#desk-code"));
    });
    for (const form of all("[data-sign-in]"))
      form.addEventListener("submit", () => this.#leave(/** @type {HTMLFormElement} */ (form)));
    for (const fold of all("details[data-code-fold]"))
      fold.addEventListener("toggle", () => this.#foldCode(/** @type {HTMLDetailsElement} */ (fold)));
    one("[data-copy]").addEventListener("click", () => void this.#copy());
    window.addEventListener("offline", () => this.#note("offline", true));
    window.addEventListener("online", () => this.#note("offline", false));
    window.addEventListener("pageshow", (event) => event.persisted && void this.load());
  }

  /** @param {string} name */
  #act(name) {
    /** @type {{ [name: string]: () => unknown }} */
    const acts = {
      intro: () => this.#intro(),
      choose: () => this.#choose(),
      review: () => this.#review(),
      seal: () => this.prepare(),
      open: () => this.#openSealed(),
      cast: () => this.cast(),
      "see-receipt": () => this.#receipt(),
      "vote-again": () => this.#choose(),
      restore: () => this.#step("restore"),
      code: () => this.#require().receipts.toggleCode(),
      print: () => window.print(),
      forget: () => this.#forget(),
      take: () => this.#take(),
    };
    return this.#guard(async () => acts[name]?.());
  }

  /** @param {import("./stop.js").Way} way */
  #go(way) {
    /** @type {{ [way: string]: () => unknown }} */
    const ways = {
      retry: () => this.#again(),
      "sign-in": () => {
        this.#signedInWith = "";
        return this.#toSignIn();
      },
      review: () => (this.chooser?.isComplete ? this.#review() : this.#choose()),
      intro: () => this.#intro(),
      reload: () => location.reload(),
      "desk-code": () => this.#step("desk-code"),
      restore: () => this.#step("restore"),
      check: () => location.assign(`${document.documentElement.dataset.home}check/${this.#leaf()}`),
      forget: () => {
        this.keep.forgetSeen();
        location.reload();
      },
    };
    void this.#guard(async () => ways[way]());
  }

  /**
   * A form leaves for the e-ID; where nothing can be kept, it does so in another tab.
   *
   * @param {HTMLFormElement} form
   */
  #leave(form) {
    const { election, voting } = this.#require();
    const issuer = voting.next ?? election.issuers[0];
    form.action = `${issuerPath(election, issuer)}/sign-in/start`;
    const { checked: shared } = /** @type {HTMLInputElement} */ (one("[data-shared]"));
    const { lang: language } = document.documentElement;
    this.keep.changeDraft({ step: "review", shared, language, issuer: issuer.id });
    if (!this.keep.isMemory) return;
    form.target = "_blank";
    this.#waitNoMore();
    this.#waitNoMore = awaitOutcome(
      (outcome) => void this.#guard(async () => this.#comeBack(outcome)),
    );
  }

  #forget() {
    this.#require().receipts.stop();
    this.keep.forgetVoter();
    this.#signedInWith = "";
    this.#require().chooser.clear();
    this.#note("forgotten", true);
    this.#intro();
  }

  async #take() {
    if (await this.#holdTab(true)) await this.#guard(() => this.#open());
  }

  /** @param {boolean} take */
  async #holdTab(take) {
    const lost = () => {
      this.#holds = false;
      this.#waitNoMore();
      showStep("other-tab");
    };
    this.#holds ||= await hold(this.built.election, { take, lost });
    return this.#holds;
  }

  async #copy() {
    const field = /** @type {HTMLTextAreaElement} */ (one("[data-opened]"));
    field.select();
    await navigator.clipboard?.writeText(field.value).catch(() => {});
    say(one("[data-copied]"), word("script.copied"));
  }

  // --- Help ---------------------------------------------------------------------------------------

  /** @param {string} step @param {{ focus?: boolean }} [how] */
  #step(step, how) {
    if (step !== "receipt") this.receipts?.stop();
    for (const fold of all("details[data-code-fold]")) fold.removeAttribute("open");
    if (["intro", "choose", "review"].includes(step)) this.keep.changeDraft({ step });
    showStep(step, how);
  }

  /** Say how many issuers have signed, where there are several. */
  #sayIssuers() {
    const { election, voting } = this.#require();
    const [n, of] = [voting.signed, election.issuers.length];
    one("[data-several]").hidden = of === 1 || n > 0;
    const bar = /** @type {HTMLProgressElement} */ (one("[data-signed-bar]"));
    [bar.max, bar.value] = [of, n];
    for (const place of all("[data-signed]")) {
      place.hidden = !voting.isBetween;
      place.textContent = word(n === 1 ? "script.signed" : "script.signed_more", { n, of });
    }
    for (const place of all("[data-of]")) {
      place.hidden = of === 1 || voting.next === undefined;
      place.textContent = word("script.issuer_of", { n: n + 1, of });
    }
  }

  /**
   * The code stands in the page only while the person looks at it.
   *
   * @param {HTMLDetailsElement} fold
   */
  #foldCode(fold) {
    const seed = fold.open && this.voting?.kept ? this.voting.seed() : null;
    one(".code", fold).textContent = seed ? encodeSeed(seed) : "";
  }

  /** Say which sentence is being done; 3 is all done. @param {number} at */
  async #doing(at) {
    const lines = all("[data-todo] > li");
    /** @type {HTMLProgressElement} */ (one("[data-progress]")).value = at;
    lines.forEach(
      (line, place) => (line.dataset.state = place < at ? "done" : place === at ? "now" : "later"),
    );
    say(one("[data-doing]"), lines[at]?.textContent ?? "");
    await breathe();
  }

  /** @param {string} hash */
  #showHash(hash) {
    this.#shown = hash;
    for (const place of all("[data-hash]")) place.textContent = hash;
  }

  /** Show the ballot that waits for its answer, if there is one, and return whether there is. */
  #showPending() {
    const seal = this.#require().voting.pendingSeal;
    for (const place of all("[data-pending]")) place.hidden = !seal;
    if (seal) this.#showHash(seal);
    return Boolean(seal);
  }

  /** Return the ballot without an answer as the checking page takes it, past the server. */
  #leaf() {
    return this.#unanswered && `#${this.#unanswered}`;
  }

  #offerProviders() {
    const { providers } = this.#require().election;
    all("[data-providers]").forEach((place, number) => {
      const fields = providers.map((provider, at) => {
        const id = `provider-${number}-${provider.id}`;
        const input = { type: "radio", name: "provider", value: provider.id, checked: at === 0 };
        return make(
          "p",
          { class: "check" },
          make("input", { ...input, id }),
          " ",
          make("label", { for: id }, providerName(provider.id)),
        );
      });
      place.replaceChildren(one("legend", place), ...fields);
      place.classList.toggle("sr", fields.length === 1);
    });
  }

  /** `#add=012` comes from a project's card: the number never reaches the server. */
  #addFromAddress() {
    const wanted = new URLSearchParams(location.hash.slice(1)).get("add");
    if (!wanted) return;
    history.replaceState(null, "", location.pathname);
    this.#require().chooser.add(wanted);
    this.keep.changeDraft({ step: "choose" });
  }

  /** The device's clock may be wrong: it stops nobody who has begun, and the server decides. */
  async #requireTime() {
    const now = Date.now() / 1000;
    const { election, voting } = this.#require();
    if (now < election.opens_at) throw new Stop("not-open-yet");
    if (now < election.closes_at) return;
    throw new Stop(voting.kept?.pending ? await this.#settled() : "closed");
  }

  #goesToOtherLanguage() {
    const { language } = this.keep.draft;
    if (language === document.documentElement.lang) return false;
    const link = document.querySelector(`.languages a[hreflang="${language}"]`);
    if (!(link instanceof HTMLAnchorElement)) return false;
    location.replace(link.href);
    return true;
  }

  /** @param {string} name @param {boolean} shown */
  #note(name, shown) {
    const place = one("[data-notes]");
    place.querySelector(`[data-note="${name}"]`)?.remove();
    if (shown)
      place.append(make("p", { class: "note-line", "data-note": name }, word(`notes.${name}`)));
  }

  /** Do something; whatever is thrown becomes a stop that says why. @param {() => unknown} work */
  async #guard(work) {
    try {
      await work();
    } catch (error) {
      this.#stop(error);
    }
  }

  /** @param {unknown} error */
  #stop(error) {
    const code = codeOf(error);
    if (code === "page-error") console.error(error);
    const isDemonstration = document.querySelector(".strip-demo") !== null;
    const more =
      code === "manifest-altered" && isDemonstration ? /** @type {const} */ (["forget"]) : [];
    fillStop(code, (way) => this.#go(way), more, this.receipts && this.election);
    this.#showUnanswered(code);
    this.#step("stop");
  }

  /**
   * Where the close left a ballot without an answer: show what it can be looked for by.
   *
   * @param {string} code
   */
  #showUnanswered(code) {
    const leaf = code.startsWith("closed-") ? this.#unanswered : "";
    one("[data-unanswered]").hidden = !leaf;
    if (!leaf) return;
    one("[data-unanswered-leaf]").textContent = leaf;
    saves(one("[data-save-unanswered]"), `urne-${this.built.edition}.txt`, `${leaf}\n`);
  }

  #require() {
    const { election, log, voting, chooser, receipts } = this;
    if (!election || !log || !voting || !chooser || !receipts) throw new Stop("unavailable");
    return { election, log, voting, chooser, receipts };
  }
}

/** @param {string} id */
function providerName(id) {
  return id.charAt(0).toUpperCase() + id.slice(1);
}

/** @param {string} selector */
function valueOf(selector) {
  return /** @type {HTMLInputElement} */ (one(selector)).value.trim();
}

void new VotePage().load();
