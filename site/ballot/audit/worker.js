/** A browser's worker of an audit. */

import { bundleWorker } from "./pool.js";

const answer = bundleWorker();

self.onmessage = (event) => {
  const message = answer(event.data);
  if (message !== null) self.postMessage(message);
};
