/** The audit beside the page: it reads, checks and tells, and the page stays free to be used. */

import { auditInBrowser, fetchReader } from "../audit/browser.js";

self.onmessage = async ({ data: { edition, origin, bundleWorker } }) => {
  try {
    const progress = (/** @type {number} */ done, /** @type {number} */ total) =>
      self.postMessage({ done, total });
    const asked = { read: fetchReader(origin), edition };
    const report = await auditInBrowser(asked, { workerUrl: bundleWorker, progress });
    self.postMessage({ report });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "page-error";
    self.postMessage({ code });
  }
};
