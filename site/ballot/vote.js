/** What a voting page needs of the core, and nothing of the audit: the entry of its bundle. */

export { fromBase64, toBase64 } from "./canonical.js";
export { decodeSeed, encodeSeed } from "./crypto/seed-code.js";
export { commitment } from "./crypto/derive.js";
export { UrneError } from "./errors.js";
export { decodeNote, parseVkey } from "./log/note.js";
export { verifyCheckpoint } from "./log/checkpoint.js";
export { inclusionProof, verifyConsistency } from "./log/merkle.js";
export { nodeReader } from "./log/nodes.js";
export { cosigners, isMet, parsePolicy } from "./log/policy.js";
export { decodeProof, encodeProof, verifyProof } from "./log/proof.js";
export { decodeCards, requireCards } from "./model/card.js";
export { decodeElection, requireOpen } from "./model/election.js";
export { ballotLeafHash, decodePromise, encodePromise, requirePromise } from "./promise.js";
export { decodeOpened, sealAgain, sealedHash } from "./sealed-ranking.js";
export { Voter } from "./voter.js";
