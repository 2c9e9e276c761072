/* Filter: a status group, the gate in whose way a control stands, and words. */
const rows = all(".control");
const search = document.getElementById("search");
const state = { group: "all", gate: "all" };
const haystacks = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const fits = (state.group === "all" || row.dataset.group === state.group)
      && (state.gate === "all" || row.dataset.gates.split(" ").includes(state.gate))
      && words.every((word) => haystacks.get(row).includes(word));
    row.hidden = !fits;
    shown += fits;
  }
  for (const chapter of all(".chapter")) {
    chapter.hidden = !chapter.querySelector(".control:not([hidden])");
  }
  document.getElementById("shown").textContent = shown;
  document.getElementById("none-shown").hidden = shown > 0;
}
function choose(kind, value) {
  state[kind] = value;
  for (const chip of all(`[data-${kind}-filter]`)) {
    chip.setAttribute("aria-pressed", String(chip.dataset[`${kind}Filter`] === value));
  }
  filter();
}
for (const kind of ["group", "gate"]) {
  for (const chip of all(`[data-${kind}-filter]`)) {
    chip.addEventListener("click", () => {
      const value = chip.dataset[`${kind}Filter`];
      choose(kind, state[kind] === value ? "all" : value);
      if (kind === "group" && value === "all") choose("gate", "all");
    });
  }
}
search.addEventListener("input", filter);

/* A link to a control opens it, whatever the filter hid. */
function reveal() {
  const row = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!row) return;
  if (row.closest(".engineers")) document.getElementById("view-engineers").checked = true;
  if (row.closest(".signers")) document.getElementById("view-sign").checked = true;
  if (!row.classList.contains("control")) { row.scrollIntoView(); return; }
  if (row.hidden) { search.value = ""; choose("group", "all"); choose("gate", "all"); }
  row.open = true;
  row.scrollIntoView();
  row.querySelector("summary").focus({ preventScroll: true });
}
addEventListener("hashchange", reveal);
for (const link of all('a[href^="#"]')) {
  link.addEventListener("click", () => { if (link.hash === location.hash) reveal(); });
}
reveal();

/* Pictures: a native dialog, so that Escape and focus work by themselves. */
const viewer = document.getElementById("viewer");
for (const button of all(".frame button")) {
  button.addEventListener("click", () => {
    const picture = button.querySelector("img");
    const large = viewer.querySelector("img");
    large.src = picture.src;
    large.alt = picture.alt;
    viewer.querySelector("figcaption").innerHTML = button.parentElement.querySelector("figcaption").innerHTML;
    viewer.showModal();
  });
}
viewer.addEventListener("click", (event) => { if (event.target === viewer) viewer.close(); });
