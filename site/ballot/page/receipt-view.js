/**
 * The receipt on the page: promise, place in the log once there is one, files to keep, the code.
 */

import { encodePromise } from "../promise.js";
import { fromBase64 } from "../canonical.js";
import { encodeSeed } from "../crypto/seed-code.js";
import { one, saves } from "./dom.js";
import { Stop } from "./stop.js";
import { word } from "./words.js";

/** @typedef {import("./keep.js").Receipt} Receipt */
/** @typedef {import("./log-reader.js").LogReader} LogReader */
/** @typedef {import("./voting.js").Voting} Voting */

const FIRST_MS = 500;
const SLOWER = 1.4;
const SLOWEST_MS = 60_000;

export class ReceiptView {
  #timer = 0;
  /** Which receipt is followed: whoever looks for an earlier one stops. */
  #round = 0;

  /** @param {Voting} voting @param {LogReader} log @param {(error: unknown) => void} failed */
  constructor(voting, log, failed) {
    this.voting = voting;
    this.log = log;
    this.failed = failed;
  }

  /** Show the newest receipt and follow the log until its ballot is in it. */
  show() {
    const receipt = this.#receipt();
    const { election } = this.voting;
    const promise = {
      leafHash: fromBase64(receipt.leaf_hash),
      signature: fromBase64(receipt.promise),
    };
    const text = new TextDecoder().decode(encodePromise(election, promise));
    one("[data-leaf]").textContent = receipt.leaf_hash;
    one("[data-vk]").textContent = receipt.vk;
    one("[data-seal]").textContent = receipt.seal;
    one("[data-receipt]").textContent = one("[data-printed]").textContent = text;
    one("[data-check-at]").textContent = `${location.origin}/check/`;
    one("[data-revision]").textContent = word(
      receipt.revision ? "script.superseded" : "script.first",
      { n: receipt.revision + 1 },
    );
    one("[data-sign-off]").textContent = this.voting.signOffLines().join(" ");
    one("[data-log]").textContent = word(
      receipt.revision ? "script.log_waiting_again" : "script.log_waiting",
    );
    one("[data-log]").classList.remove("yes");
    one("[data-save-proof]").hidden = true;
    const name = `${election.edition}-${receipt.leaf_hash.replace(/[^A-Za-z0-9]/g, "").slice(0, 8)}`;
    saves(one("[data-save-receipt]"), `urne-${name}.json`, text, "application/json");
    this.hideCode();
    this.stop();
    void this.#look(receipt, name, FIRST_MS, this.#round);
  }

  /** Follow the log no longer. */
  stop() {
    clearTimeout(this.#timer);
    this.#round++;
  }

  /** Show or hide the code that restores the credential; it is never in the page before. */
  toggleCode() {
    const [code, button] = [one("[data-code]"), one('[data-act="code"]')];
    if (!code.hidden) {
      this.hideCode();
      return;
    }
    code.textContent = encodeSeed(this.voting.seed());
    code.hidden = false;
    button.setAttribute("aria-expanded", "true");
  }

  /** Hide the code. */
  hideCode() {
    const code = one("[data-code]");
    code.hidden = true;
    code.textContent = "";
    one('[data-act="code"]').setAttribute("aria-expanded", "false");
  }

  /** @param {Receipt} receipt @param {string} name @param {number} wait @param {number} round */
  async #look(receipt, name, wait, round) {
    let later = Math.min(SLOWEST_MS, wait * SLOWER);
    try {
      const head = await this.log.head();
      const place = await this.log.find(fromBase64(receipt.leaf_hash, 32), head);
      if (round !== this.#round) return;
      if (place) this.#found(place, name);
      if (place?.isWitnessed) return;
    } catch (error) {
      if (round !== this.#round) return;
      if (!(error instanceof Stop) || !["offline", "unavailable"].includes(error.code)) {
        this.failed(error);
        return;
      }
      one("[data-log]").textContent = word("script.log_failed");
      later = Math.max(later, 5000);
    }
    this.#timer = window.setTimeout(() => this.#look(receipt, name, later, round), wait);
  }

  /** @param {import("./log-reader.js").Place} place @param {string} name */
  #found(place, name) {
    const { index, head, witnesses, isWitnessed, file } = place;
    const where = word("script.log_in", { index, size: head.size });
    const names = word("script.log_witnessed", { names: witnesses.join(", ") });
    one("[data-log]").textContent =
      `${where} ${isWitnessed ? names : word("script.log_unwitnessed")}`;
    one("[data-log]").classList.add("yes");
    this.voting.keepProof(file);
    const link = one("[data-save-proof]");
    saves(link, `urne-${name}.tlog-proof`, file);
    link.hidden = false;
  }

  #receipt() {
    const receipt = this.voting.kept?.receipts.at(-1);
    if (!receipt) throw new Stop("page-error");
    return receipt;
  }
}
