// Searches the site's own index. Nothing of the index is loaded before somebody uses the form, or
// opens an address that asks (?q=), and nothing that is typed leaves the browser.

const AT_ONCE = 8;

const form = document.querySelector("#search");
const field = document.querySelector("#q");
const status = document.querySelector("#search-status");
const list = document.querySelector("#search-results");
const more = document.querySelector("#search-more");

// The index, once somebody asked for it; the words of the latest search, so that an earlier answer
// that comes late is dropped; what was found and is not shown yet.
let loading;
let asked = "";
let waiting = [];

async function load() {
  const pagefind = await import(new URL(`${form.dataset.index}pagefind.js`, document.baseURI).href);
  // In the page itself: a worker would need the page's policy on a file of its own.
  await pagefind.options({ noWorker: true, excerptLength: 24 });
  await pagefind.init();
  return pagefind;
}

function index() {
  loading ??= load();
  loading.catch(() => say("missing"));
  return loading;
}

function say(what, number = "") {
  status.textContent = (status.dataset[what] ?? "").replace("#", number);
}

// An excerpt is words and <mark>, whatever stands in it.
function fill(parent, excerpt) {
  const parsed = new DOMParser().parseFromString(excerpt, "text/html").body;
  for (const node of parsed.childNodes) {
    const marked = node.nodeName === "MARK" ? document.createElement("mark") : new Text();
    marked.textContent = node.textContent;
    parent.append(marked);
  }
}

function item(found) {
  const row = document.createElement("li");
  const title = document.createElement("h2");
  const link = document.createElement("a");
  const excerpt = document.createElement("p");
  link.href = found.url;
  link.textContent = found.meta.title;
  title.append(link);
  fill(excerpt, found.excerpt);
  if (found.meta.kicker) {
    const kicker = document.createElement("p");
    kicker.className = "card-kicker";
    kicker.textContent = found.meta.kicker;
    row.append(kicker);
  }
  row.append(title, excerpt);
  return row;
}

async function show() {
  const words = asked;
  const next = await Promise.all(waiting.splice(0, AT_ONCE).map((result) => result.data()));
  if (words !== asked) return;
  const rows = next.map(item);
  list.append(...rows);
  more.hidden = waiting.length === 0;
  return rows[0];
}

async function search(words) {
  asked = words;
  list.replaceChildren();
  more.hidden = true;
  if (!words) return say("");
  say("searching");
  const pagefind = await index();
  const { results } = await pagefind.search(words);
  if (words !== asked) return;
  waiting = results;
  const few = { 0: "none", 1: "one" };
  say(few[results.length] ?? "many", results.length);
  await show();
}

const run = (words) => search(words).catch(() => say("missing"));

document.querySelector("#search-without").hidden = true;
field.addEventListener("focus", () => void index().catch(() => {}), { once: true });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = field.value.trim();
  history.replaceState(null, "", words ? `?${new URLSearchParams({ q: words })}` : location.pathname);
  run(words);
});
more.addEventListener("click", async () => (await show())?.querySelector("a").focus());

const given = new URLSearchParams(location.search).get("q")?.trim();
if (given) {
  field.value = given;
  run(given);
}
