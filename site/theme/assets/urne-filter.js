// Filters the index of projects by what its address says, and keeps the address up to date.
// Where no script runs the list is whole and the style sheet does not show the form, which has
// its place from the first paint otherwise: nothing moves when this arrives.

const form = document.querySelector("#filters");
const count = document.querySelector("#filter-count");
const cards = [...document.querySelectorAll("[data-cost]")];
const groups = [...document.querySelectorAll("[data-group]")];

function isShown(card, chosen) {
  return ["domain", "place", "status", "step"].every(
    (name) => !chosen.get(name) || card.dataset[name] === chosen.get(name),
  ) && (!chosen.get("cost") || Number(card.dataset.cost) <= Number(chosen.get("cost")));
}

function show(chosen) {
  for (const card of cards) card.toggleAttribute("hidden", !isShown(card, chosen));
  for (const group of groups) group.hidden = !group.querySelector("li[data-cost]:not([hidden])");
  const shown = cards.filter((card) => card.localName === "li" && !card.hasAttribute("hidden"));
  count.textContent = count.dataset[shown.length === 1 ? "one" : "many"].replace("#", shown.length);
}

function fromAddress() {
  const asked = new URLSearchParams(location.search);
  for (const select of form.querySelectorAll("select")) {
    const value = asked.get(select.name) ?? "";
    select.value = [...select.options].some((option) => option.value === value) ? value : "";
  }
  show(new FormData(form));
}

function toAddress() {
  const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", chosen.size ? `?${chosen}` : location.pathname);
  show(new FormData(form));
}

form.addEventListener("change", toAddress);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  toAddress();
});
form.addEventListener("reset", () => setTimeout(toAddress));
addEventListener("popstate", fromAddress);
fromAddress();
