/**
 * Every refusal the browser's code can give, each with the stable public code that the Python code
 * (functions/urne/errors.py) gives to the same thing.
 *
 * A message is a plain sentence for the town hall; the page has its own words for a resident. It
 * never holds a secret, a ranking or a voting key.
 */

/** A refusal that was foreseen. */
export class UrneError extends Error {
  /** @type {string} */
  static code = "refused";

  /** @param {string} message @param {{ cause?: unknown }} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = "UrneError";
  }

  /** The stable public code of this refusal. */
  get code() {
    return /** @type {typeof UrneError} */ (this.constructor).code;
  }
}

// --- Bytes ---------------------------------------------------------------------------------------

/** Bytes are not the one canonical JSON encoding of their value. */
export class NotCanonical extends UrneError {
  static code = "not-canonical";

  /** @param {string} why */
  constructor(why) {
    super(`This is not canonical JSON: ${why}.`);
  }
}

/** A field of a JSON object is missing, unknown, or not what it must be. */
export class BadField extends UrneError {
  static code = "bad-field";

  /** @param {string} where @param {string} field @param {string} why */
  constructor(where, field, why) {
    super(`${where}: the field '${field}' ${why}.`);
    this.field = field;
  }
}

/** Bytes do not follow the format they claim. */
export class BadEncoding extends UrneError {
  static code = "bad-encoding";

  /** @param {string} what @param {string} why */
  constructor(what, why) {
    super(`This is no valid ${what}: ${why}.`);
  }
}

/** A key is not one that may be used. */
export class BadKey extends UrneError {
  static code = "bad-key";

  /** @param {string} what @param {string} why */
  constructor(what, why) {
    super(`The ${what} cannot be used: ${why}.`);
  }
}

/** A file has problems; the message names them all, one a line. */
export class BadInput extends UrneError {
  static code = "bad-input";
}

// --- The vote ------------------------------------------------------------------------------------

/** The vote has not begun. */
export class NotOpenYet extends UrneError {
  static code = "not-open-yet";

  /** @param {string} opensAt */
  constructor(opensAt) {
    super(`The vote has not begun: it opens at ${opensAt}.`);
  }
}

/** The vote is over. */
export class Closed extends UrneError {
  static code = "closed";

  /** @param {string} closesAt */
  constructor(closesAt) {
    super(`The vote is over: it closed at ${closesAt}.`);
  }
}

/** What was sent belongs to another election. */
export class OtherElection extends UrneError {
  static code = "other-election";

  constructor() {
    super("This was made for another election.");
  }
}

/** The bytes are no ballot of this election's shape. */
export class BallotMalformed extends UrneError {
  static code = "ballot-malformed";

  /** @param {string} why */
  constructor(why) {
    super(`This is no ballot: ${why}.`);
  }
}

/** A revision number is not below the election's limit. */
export class RevisionOutOfRange extends UrneError {
  static code = "revision-out-of-range";

  /** @param {number} maxRevisions */
  constructor(maxRevisions) {
    super(`A vote may be sent ${maxRevisions} times at most.`);
  }
}

/** What is to be blind-signed is not a number that may be signed. */
export class BlindedMessageInvalid extends UrneError {
  static code = "blinded-message-invalid";

  /** @param {string} why */
  constructor(why) {
    super(`This cannot be signed: ${why}.`);
  }
}

/** The issuer's answer does not unblind to a valid credential: ask again, publish nothing. */
export class BlindSignatureInvalid extends UrneError {
  static code = "blind-signature-invalid";

  constructor() {
    super("The credential that came back is not valid. Ask for it again.");
  }
}

/** A credential signature on a ballot does not verify. */
export class CredentialInvalid extends UrneError {
  static code = "credential-invalid";

  /** @param {string} issuer */
  constructor(issuer) {
    super(`The ballot carries no valid credential of the issuer '${issuer}'.`);
  }
}

/** A sealed ranking was opened to be checked, and may not be cast any more; or the reverse. */
export class SealedRankingSpent extends UrneError {
  static code = "sealed-ranking-spent";

  /** @param {string} how */
  constructor(how) {
    super(`This sealed ranking was already ${how}. Seal a new one.`);
  }
}

/** A sealed box does not open with this key. */
export class SealBroken extends UrneError {
  static code = "seal-broken";

  constructor() {
    super("The sealed ranking does not open with this key.");
  }
}

/** A clerks' batch of paper ballots breaks a rule. */
export class PaperBatchRefused extends UrneError {
  static code = "paper-batch-refused";

  /** @param {string} why */
  constructor(why) {
    super(`This batch of paper ballots is refused: ${why}.`);
  }
}

/** A trustee's reveal is not the key in the manifest. */
export class RevealRefused extends UrneError {
  static code = "reveal-refused";

  /** @param {string} why */
  constructor(why) {
    super(`The key may not be revealed: ${why}.`);
  }
}

// --- The log -------------------------------------------------------------------------------------

/** Published log files contradict each other or their checkpoint. */
export class LogCorrupt extends UrneError {
  static code = "log-corrupt";

  /** @param {string} why */
  constructor(why) {
    super(`The log is not intact: ${why}.`);
  }
}

/** A signed note carries no signature of the key that was asked for. */
export class NoteUnverified extends UrneError {
  static code = "note-unverified";

  /** @param {string} name */
  constructor(name) {
    super(`The note carries no valid signature of '${name}'.`);
  }
}

/** A proof does not lead to the root it was checked against. */
export class ProofInvalid extends UrneError {
  static code = "proof-invalid";

  /** @param {string} why */
  constructor(why) {
    super(`The proof does not hold: ${why}.`);
  }
}

// --- Audits and files ----------------------------------------------------------------------------

/** What an auditor brought along (a key, an older checkpoint, a promise) cannot be used. */
export class BadEvidence extends UrneError {
  static code = "bad-evidence";

  /** @param {string} what @param {string} why */
  constructor(what, why) {
    super(`The ${what} you gave cannot be used. ${why}`);
  }
}

/** Nothing is published under this name. */
export class NotFound extends UrneError {
  static code = "not-found";

  /** @param {string} what */
  constructor(what) {
    super(`There is no ${what}.`);
  }
}

/** Files could not be asked for now: nothing was read. */
export class Unavailable extends UrneError {
  static code = "unavailable";

  /** @param {{ cause?: unknown }} [options] */
  constructor(options) {
    super("This is not possible at the moment. Please try again shortly.", options);
  }
}
