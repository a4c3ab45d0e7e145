/** How signing in ended: one word in a cookie that lives a minute and is read once. */

const NAMES = ["__Host-urne-outcome", "urne-outcome"];
const STAYS_MS = 5_000;
const WORD = /^[a-z0-9]+([.-][a-z0-9]+)*$/;

/** Return the word, or null if nobody comes back from signing in. */
export function readOutcome() {
  for (const part of document.cookie.split(";")) {
    const [name, value] = part.trim().split("=");
    if (NAMES.includes(name) && value) return WORD.test(value) ? value : "other";
  }
  return null;
}

/** Forget the word. */
export function clearOutcome() {
  for (const name of NAMES) {
    const secure = name.startsWith("__Host-") ? "; Secure" : "";
    document.cookie = `${name}=; Max-Age=0; Path=/; SameSite=Strict${secure}`;
  }
}

/**
 * Call back once with the word, when a sign-in in another tab has ended.
 *
 * That tab reads it too, to say where the vote goes on: the word is not forgotten at once.
 *
 * @param {(outcome: string) => void} then
 * @returns {() => void} what ends the waiting
 */
export function awaitOutcome(then) {
  clearOutcome();
  let timer = setInterval(() => {
    const outcome = readOutcome();
    if (outcome === null) return;
    clearInterval(timer);
    timer = setTimeout(clearOutcome, STAYS_MS);
    then(outcome);
  }, 500);
  return () => clearInterval(timer);
}
