/** Node's worker of an audit. */

import { parentPort } from "node:worker_threads";
import { bundleWorker } from "./pool.js";

const answer = bundleWorker();

parentPort?.on("message", (asked) => {
  const message = answer(asked);
  if (message !== null) parentPort?.postMessage(message);
});
