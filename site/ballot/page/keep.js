/**
 * What the browser keeps for a voter, and where.
 *
 *     draft   sessionStorage               choices not yet cast, the step, and with whom one signs
 *                                          in; gone with the tab
 *     voter   localStorage, or             seed, credentials, next revision, a ballot without an
 *             sessionStorage if shared     answer, receipts
 *     seen    localStorage                 the manifest and the newest checkpoint ever seen
 *
 * Where a browser keeps nothing (private browsing) all of it lives in memory, and the page says so.
 */

/**
 * @typedef {{ choices: string[], step: string, language: string, shared: boolean, issuer: string }}
 * Draft `issuer` is the one that a sign-in under way is for
 */
/** @typedef {{ signature: string, personKey: string }} Credential base64 */
/**
 * @typedef {{ leaf_hash: string, vk: string, promise: string, seal: string, revision: number,
 * proof: string | null }} Receipt `seal` is the hash of the sealed ranking, shown before casting too
 */
/**
 * @typedef {{
 *   seed: string,
 *   credentials: { [issuer: string]: Credential },
 *   next: number,
 *   restored: boolean,
 *   pending: { ballot: string, revision: number } | null,
 *   receipts: Receipt[],
 * }} Voter binary values in base64
 */
/** @typedef {{ election: string, size: number, root: string }} Seen */

const PREFIX = "urne";

export class Keep {
  /** @param {string} edition @param {string} election */
  constructor(edition, election) {
    this.edition = edition;
    this.election = election;
    this.isMemory = !(works(() => localStorage) && works(() => sessionStorage));
    this.local = this.isMemory ? new Memory() : localStorage;
    this.session = this.isMemory ? new Memory() : sessionStorage;
  }

  /** Whether the vote is gone once this tab is closed. */
  get isFleeting() {
    return this.isMemory || this.draft.shared;
  }

  /** @returns {Draft} */
  get draft() {
    const empty = {
      choices: [],
      step: "intro",
      language: document.documentElement.lang,
      shared: false,
      issuer: "",
    };
    return { ...empty, ...read(this.session, this.#name("draft")) };
  }

  /** @param {Partial<Draft>} changes */
  changeDraft(changes) {
    write(this.session, this.#name("draft"), { ...this.draft, ...changes });
  }

  /** @returns {Voter | null} */
  get voter() {
    return read(this.session, this.#name("voter")) ?? read(this.local, this.#name("voter"));
  }

  /** @param {Voter | null} voter */
  set voter(voter) {
    this.session.removeItem(this.#name("voter"));
    if (!this.draft.shared || voter === null) this.local.removeItem(this.#name("voter"));
    if (voter) write(this.draft.shared ? this.session : this.local, this.#name("voter"), voter);
  }

  /** @returns {Seen | null} */
  get seen() {
    return read(this.local, `${PREFIX}.seen.${this.edition}`);
  }

  /** @param {Seen} seen */
  set seen(seen) {
    write(this.local, `${PREFIX}.seen.${this.edition}`, seen);
  }

  /** Forget everything of the voter; what was seen of the log stays. */
  forgetVoter() {
    this.voter = null;
    this.session.removeItem(this.#name("draft"));
  }

  /** Forget what was seen of another election under the same name. For demonstrations only. */
  forgetSeen() {
    this.local.removeItem(`${PREFIX}.seen.${this.edition}`);
  }

  /** @param {string} what */
  #name(what) {
    return `${PREFIX}.${what}.${this.election}`;
  }
}

/** A place that is gone with the page. */
class Memory {
  /** @type {Map<string, string>} */
  #items = new Map();

  /** @param {string} name */
  getItem(name) {
    return this.#items.get(name) ?? null;
  }

  /** @param {string} name @param {string} value */
  setItem(name, value) {
    this.#items.set(name, value);
  }

  /** @param {string} name */
  removeItem(name) {
    this.#items.delete(name);
  }
}

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Place */

/** @param {Place} place @param {string} name */
function read(place, name) {
  try {
    return JSON.parse(place.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Place} place @param {string} name @param {unknown} value */
function write(place, name, value) {
  place.setItem(name, JSON.stringify(value));
}

/**
 * Return whether a storage keeps what it is given: it may be missing, throw, or have no room.
 *
 * @param {() => Storage} storage
 */
function works(storage) {
  const name = `${PREFIX}.try`;
  try {
    storage().setItem(name, "1");
    const kept = storage().getItem(name) === "1";
    storage().removeItem(name);
    return kept;
  } catch {
    return false;
  }
}
