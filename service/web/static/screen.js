// The display turns only to a page that is there: a hall must not be left with a browser's error.
const leaf = document.querySelector("[data-next]");
const { next, seconds } = leaf.dataset;
async function turn() {
  const answer = document.hidden ? null : await fetch(next).catch(() => null);
  if (answer?.ok) return location.replace(next);
  // What is shown stays, and says since when it is not new.
  leaf.querySelector("[data-lost]").hidden = document.hidden;
  setTimeout(turn, seconds * 1000);
}
setTimeout(turn, seconds * 1000);
