/** The audit under Node: workers in threads of their own, files from a folder. */

import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { NotFound } from "../errors.js";
import { WorkerPool } from "./pool.js";

const WORKER = new URL("./worker.mjs", import.meta.url);
const ABSENT = ["ENOENT", "ENOTDIR", "EISDIR"];

/** Return so many workers, each in a thread of its own. @param {number} workers */
export function nodePool(workers) {
  return new WorkerPool(Array.from({ length: workers }, nodeHelper));
}

/**
 * Return a reader of a public tree in a folder.
 *
 * @param {string} folder
 * @returns {import("./question.js").Read}
 */
export function folderReader(folder) {
  return async (name) => {
    try {
      return new Uint8Array(await readFile(path.join(folder, name)));
    } catch (e) {
      if (e instanceof Error && "code" in e && ABSENT.includes(String(e.code))) {
        throw new NotFound(name);
      }
      throw e;
    }
  };
}

/** Return the names of the elections of a public tree in a folder. @param {string} folder */
export async function editionsOf(folder) {
  try {
    const found = await readdir(path.join(folder, "elections"), { withFileTypes: true });
    return found.filter((one) => one.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Return a worker in a thread of its own. @returns {import("./pool.js").Helper} */
export function nodeHelper() {
  const worker = new Worker(WORKER);
  return {
    post: (message) => worker.postMessage(message),
    listen: (heard, broke) => worker.on("message", heard).on("error", broke),
    stop: () => void worker.terminate(),
  };
}
