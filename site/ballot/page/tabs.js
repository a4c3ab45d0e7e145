/**
 * One tab votes at a time: two could draw two seeds, and the second would find the vote handed out.
 */

/**
 * Return whether this tab now holds the vote. Where browsers have no locks, it always does.
 *
 * @param {string} election
 * @param {{ take: boolean, lost: () => void }} how `take` ends another tab's hold; `lost` is called
 *   when another tab takes ours
 * @returns {Promise<boolean>}
 */
export function hold(election, { take, lost }) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const wish = take ? { steal: true } : { ifAvailable: true };
    navigator.locks
      .request(`urne.vote.${election}`, wish, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise(() => {}) : null;
      })
      .catch(lost);
  });
}
