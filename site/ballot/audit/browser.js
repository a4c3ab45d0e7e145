/** The audit in a browser: two workers beside the page, files fetched from the public tree. */

import { NotFound, Unavailable } from "../errors.js";
import { WorkerPool } from "./pool.js";
import { Question } from "./question.js";
import { audit } from "./run.js";

/** @typedef {import("./findings.js").Report} Report */
/** @typedef {import("./pool.js").FromWorker} FromWorker */
/** @typedef {import("./question.js").Asked} Asked */

const WORKERS = 2;

/**
 * Return the report on one election, its bundles checked by workers that run this script.
 *
 * @param {Asked} asked
 * @param {{ workerUrl: string | URL, progress?: import("./run.js").Progress }} how
 * @returns {Promise<Report>}
 */
export async function auditInBrowser(asked, { workerUrl, progress = () => {} }) {
  const question = new Question(asked);
  const pool = new WorkerPool(Array.from({ length: WORKERS }, () => helperOf(workerUrl)));
  try {
    return await audit(question, { pool, progress });
  } finally {
    pool.stop();
  }
}

/**
 * Return a reader of a public tree by its address; nothing is sent along.
 *
 * @param {string | URL} base the address at which `elections/` and `keys/` stand
 * @returns {import("./question.js").Read}
 */
export function fetchReader(base) {
  const root = String(base).replace(/\/?$/, "/");
  return async (path) => {
    let response;
    try {
      response = await fetch(new URL(path, root), {
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      throw new Unavailable({ cause });
    }
    if (response.status === 404 || response.status === 403) throw new NotFound(path);
    throw new Unavailable();
  };
}

/** @param {string | URL} workerUrl @returns {import("./pool.js").Helper} */
function helperOf(workerUrl) {
  const worker = new Worker(workerUrl, { type: "module" });
  return {
    post: (message) => worker.postMessage(message),
    listen: (heard, broke) => {
      worker.onmessage = (event) => heard(event.data);
      worker.onerror = (event) => broke(new Error(event.message));
    },
    stop: () => worker.terminate(),
  };
}
