/**
 * One tab votes at a time: two could draw two seeds, and the second would find the vote handed out.
 */

/** This tab, which may hold the vote of an election. */
export class Tab {
  #holds = false;

  /** @param {string} election @param {() => void} lost called when another tab takes the hold */
  constructor(election, lost) {
    this.election = election;
    this.lost = lost;
  }

  /**
   * Return whether this tab now holds the vote. Where browsers have no locks, it always does.
   *
   * @param {boolean} take end another tab's hold
   */
  async hold(take) {
    this.#holds ||= await this.#lock(take);
    return this.#holds;
  }

  /** @param {boolean} take @returns {Promise<boolean>} */
  #lock(take) {
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      const wish = take ? { steal: true } : { ifAvailable: true };
      navigator.locks
        .request(`urne.vote.${this.election}`, wish, (lock) => {
          resolve(lock !== null);
          return lock ? new Promise(() => {}) : null;
        })
        .catch(() => {
          this.#holds = false;
          this.lost();
        });
    });
  }
}
