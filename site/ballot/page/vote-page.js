/**
 * The voting page: which step is shown, and what leads from one to the next.
 *
 *     intro → choose → review → (e-ID) → prepare → sealed → cast → receipt
 *                                ↑          ↓      ↕ opened
 *                                next-issuer, as often as there are issuers still to sign
 *
 * Besides: restore, desk-code, other-tab, back (signed in, in a tab that has no choices) and stop.
 */

// First: so the bundle has cryptography beside cryptography, and gzip sees no further than 32 KB.
import { Voting } from "./voting.js";
import { Casting } from "./casting.js";
import { Chooser } from "./choose.js";
import { all, breathe, one, parsed, say } from "./dom.js";
import { Keep } from "./keep.js";
import { LogReader } from "./log-reader.js";
import { builtFor, readCards, readElection } from "./manifest.js";
import { note, noteConnection } from "./notes.js";
import { awaitOutcome, clearOutcome, readOutcome } from "./outcome.js";
import { listen } from "./presses.js";
import { ReceiptView } from "./receipt-view.js";
import { foldCode, restore } from "./recovery-code.js";
import { goesToOtherLanguage, leave, offerProviders, sayIssuers, sharedBox } from "./sign-in.js";
import { Stop, codeOf, fillStop, showStep } from "./stop.js";
import { Tab } from "./tabs.js";

const SIGNED_IN = "signed-in";

class VotePage {
  /** The id of the issuer with whom the person has just signed in. */
  #signedInWith = "";
  #deskCode = "";
  /** How a sign-in ended, until it is gone on with. @type {string | null} */
  #outcome = null;
  /** End the waiting for a sign-in in another tab. */
  #waitNoMore = () => {};
  /** What to do again when the person says so. @type {() => unknown} */
  #again = () => this.load();

  constructor() {
    this.built = builtFor();
    this.keep = new Keep(this.built.edition, this.built.election);
    this.tab = new Tab(this.built.election, () => {
      this.#waitNoMore();
      showStep("other-tab");
    });
    this.#listen();
  }

  /**
   * Come in: alone in this browser, with a manifest that is what it must be.
   *
   * @param {string | null} [outcome] how a sign-in has ended that the page comes from
   */
  async load(outcome = readOutcome()) {
    this.#again = () => this.load();
    await this.#guard(async () => {
      if (outcome && this.keep.isMemory) return showStep("back");
      if (outcome && goesToOtherLanguage(this.keep)) return undefined;
      if (!navigator.cookieEnabled) throw new Stop("cookies-off");
      if (outcome) {
        // Its cookie lives a minute; another tab may hold the vote for longer.
        clearOutcome();
        this.#outcome = outcome;
      }
      if (!(await this.tab.hold(false))) return showStep("other-tab");
      return this.#open();
    });
  }

  async #open() {
    note("memory", this.keep.isMemory);
    const election = await readElection(this.built, this.keep.seen);
    const log = new LogReader(election, this.keep);
    const [cards] = await Promise.all([readCards(election), log.head()]);
    await breathe();
    const voting = new Voting(election, this.keep);
    this.vote = {
      election,
      log,
      voting,
      casting: new Casting(voting, log),
      receipts: new ReceiptView(voting, log, (error) => this.#stop(error)),
      chooser: new Chooser(election, cards, this.keep.draft.choices, (choices) =>
        this.keep.changeDraft({ choices }),
      ),
    };
    offerProviders(election);
    sharedBox().checked = this.keep.draft.shared;
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
    const { voting, casting } = this.#require();
    const hasVoted = Boolean(voting.kept?.receipts.length);
    const isPending = casting.showPending();
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
    const { voting, casting } = this.#require();
    if (!voting.mayVote) throw new Stop("revision-out-of-range");
    const ready = voting.hasCredentials || this.#signedInWith === voting.next?.id;
    one("[data-replaces]").hidden = !casting.showPending();
    one("[data-with-credential]").hidden = !ready;
    one("[data-sign-in]").hidden = ready;
    sayIssuers(voting);
    this.#step("review");
  }

  /** Before the next sign-in: from the review, or, where an issuer has signed, from a step apart. */
  #toSignIn() {
    const { voting, chooser } = this.#require();
    if (!chooser.isComplete) return this.#choose();
    if (!voting.isBetween || !voting.mayVote) return this.#review();
    sayIssuers(voting);
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
      sayIssuers(voting);
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
    const { voting, chooser, casting } = this.#require();
    await this.#doing(2);
    const sealed = await voting.seal(chooser.numbers());
    await this.#doing(3);
    casting.show(sealed);
    one("[data-fleeting]").hidden = !this.keep.isFleeting;
    this.#step("sealed");
  }

  /** Open the sealed ballot to be checked. */
  #openSealed() {
    return this.#require().casting.open() ? this.#step("opened") : this.#review();
  }

  /** Send the ballot whose seal is shown. */
  async cast() {
    this.#again = () => this.cast();
    await this.#guard(async () => {
      const { casting, chooser } = this.#require();
      if (!casting.hasBallot) return this.#intro();
      this.#step("cast");
      const region = one("[data-casting]");
      region.textContent = "";
      await breathe();
      say(region, one("[data-step=cast] .lead").textContent ?? "");
      await casting.cast();
      chooser.clear();
      this.keep.changeDraft({ step: "receipt" });
      return this.#receipt();
    });
  }

  #receipt() {
    this.#step("receipt");
    this.#require().receipts.show();
  }

  /** Take the code of another device. @param {string} typed */
  #restore(typed) {
    if (!restore(typed, this.#require().voting)) return;
    /** @type {HTMLInputElement} */ (one("#restore-code")).value = "";
    note("restored", true);
    this.#choose();
  }

  // --- What leads on ------------------------------------------------------------------------------

  #listen() {
    listen({
      act: (name) => this.#act(name),
      restore: (code) => this.#guard(() => this.#restore(code)),
      deskCode: (code) => this.prepare(code),
      leave: (form) => this.#leave(form),
      fold: (fold) => foldCode(fold, this.vote?.voting),
    });
    noteConnection();
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
      review: () => (this.vote?.chooser.isComplete ? this.#review() : this.#choose()),
      intro: () => this.#intro(),
      reload: () => location.reload(),
      "desk-code": () => this.#step("desk-code"),
      restore: () => this.#step("restore"),
      check: () => {
        const { home } = document.documentElement.dataset;
        location.assign(`${home}check/${this.vote?.casting.fragment ?? ""}`);
      },
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
    leave(form, this.#require().voting, this.keep);
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
    note("forgotten", true);
    this.#intro();
  }

  async #take() {
    if (await this.tab.hold(true)) await this.#guard(() => this.#open());
  }

  // --- Help ---------------------------------------------------------------------------------------

  /** @param {string} step @param {{ focus?: boolean }} [how] */
  #step(step, how) {
    if (step !== "receipt") this.vote?.receipts.stop();
    for (const fold of all("details[data-code-fold]")) fold.removeAttribute("open");
    if (["intro", "choose", "review"].includes(step)) this.keep.changeDraft({ step });
    showStep(step, how);
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
    const { election, voting, casting } = this.#require();
    if (now < election.opens_at) throw new Stop("not-open-yet");
    if (now < election.closes_at) return;
    throw new Stop(voting.kept?.pending ? await casting.settled() : "closed");
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
    fillStop(code, (way) => this.#go(way), more, this.vote?.election);
    this.vote?.casting.showUnanswered(code);
    this.#step("stop");
  }

  /** What there is once the page is open. */
  #require() {
    if (!this.vote) throw new Stop("unavailable");
    return this.vote;
  }
}

// The script itself has just kept a slow telephone busy: the page begins after a breath.
const outcome = readOutcome();
await parsed();
await breathe();
void new VotePage().load(outcome);
