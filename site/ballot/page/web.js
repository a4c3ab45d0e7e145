/**
 * Asking the voting origin: public files, an issuer's `enrol`, `/api/cast`; a failure becomes a Stop.
 */

import { fromBase64, toBase64 } from "../canonical.js";
import { issuerPath } from "../model/election.js";
import { Stop } from "./stop.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../model/election.js").Issuer} Issuer */

const PATIENCE_MS = 30_000;

/**
 * Return a public file's bytes. Throws Stop: `offline`, `unavailable`, or NotFound's `not-found`.
 *
 * @param {string} path
 * @returns {Promise<Uint8Array>}
 */
export async function readFile(path) {
  const answer = await ask(`/${path}`, { credentials: "omit", referrerPolicy: "no-referrer" });
  if (answer.status === 404) throw new Stop("not-found");
  if (!answer.ok) throw new Stop("unavailable");
  return new Uint8Array(await answer.arrayBuffer());
}

/**
 * Return an issuer's blind signature and the voter's own person key.
 *
 * Goes with the session's cookie, which only this origin has, and only this issuer is sent.
 *
 * @param {Election} election
 * @param {Issuer} issuer
 * @param {{ blinded: Uint8Array, nonce: Uint8Array }} request
 * @param {string} deskCode empty if none is needed
 */
export async function enrol(election, issuer, { blinded, nonce }, deskCode) {
  const body = {
    blinded: toBase64(blinded),
    ...(deskCode ? { desk_code: deskCode } : {}),
    election_id: toBase64(election.election_id),
    nonce: toBase64(nonce),
  };
  const path = `${issuerPath(election, issuer)}/enrol`;
  const answer = await post(path, body, { credentials: "same-origin" });
  return {
    signature: bytes(answer.blind_signature, "blind-signature-invalid"),
    personKey: String(answer.person_key ?? ""),
  };
}

/**
 * Return the leaf hash and the promise for a ballot. The request says nothing of who sends it.
 *
 * @param {string} ballot base64
 */
export async function cast(ballot) {
  const anonymous = { credentials: "omit", referrerPolicy: "no-referrer" };
  const answer = await post("/api/cast", { ballot }, /** @type {RequestInit} */ (anonymous));
  return {
    leafHash: bytes(answer.leaf_hash, "promise-invalid"),
    signature: bytes(answer.promise, "promise-invalid"),
  };
}

/**
 * @param {string} path
 * @param {{ [name: string]: string }} body its names in alphabetical order: canonical JSON
 * @param {RequestInit} how
 */
async function post(path, body, how) {
  const headers = { "Content-Type": "application/json" };
  const answer = await ask(path, { ...how, method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json().catch(() => null);
  if (answer.ok && told) return told;
  throw new Stop(told?.error?.code ?? "unavailable");
}

/** @param {string} address @param {RequestInit} how */
async function ask(address, how) {
  try {
    return await fetch(address, {
      ...how,
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (cause) {
    throw new Stop(
      navigator.onLine === false || cause instanceof TypeError ? "offline" : "unavailable",
      { cause },
    );
  }
}

/** @param {unknown} text @param {string} code */
function bytes(text, code) {
  try {
    return fromBase64(String(text));
  } catch (cause) {
    throw new Stop(code, { cause });
  }
}
