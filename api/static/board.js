"use strict";
// The board by hand: a promise is dragged to another cell, or lifted and put down by keys. Both
// only fill in the form that is on the page; what is allowed is decided where it is sent to.
(() => {
  const board = document.getElementById("tavle");
  const speaks = document.getElementById("tavle-siger");
  if (!board) return;
  let lifted = null; // the line that is being moved by keys, and the cell it would go to
  const now = () => document.getElementById("tavle-nu").dataset;
  const cells = () => [...board.querySelectorAll("td.cell")];
  const over = (cell) => cells().forEach((one) => one.classList.toggle("over", one === cell));
  const say = (text) => { speaks.textContent = text ?? ""; };

  const move = (line, cell) => {
    const [post, choose] = document.querySelectorAll("#flyt form");
    const { place, evening } = cell.dataset;
    if ("amends" in now()) { // a reason is asked for first: the panel's form does it
      choose.elements.linje.value = line;
      choose.elements.sted.value = place;
      choose.elements.aften.value = evening;
      choose.requestSubmit();
      return;
    }
    post.setAttribute("action", `${now().here}/flyt/${line}`);
    post.setAttribute("hx-post", `${now().here}/flyt/${line}`);
    post.elements.hvor.value = place;
    post.elements.aften.value = evening;
    post.requestSubmit();
  };

  // by hand
  board.addEventListener("dragstart", (event) => {
    const chip = event.target.closest?.(".chip[data-line]");
    if (!chip) return;
    event.dataTransfer.setData("application/x-tilsagn", chip.dataset.line);
    event.dataTransfer.effectAllowed = "move";
  });
  board.addEventListener("dragover", (event) => {
    const cell = event.target.closest?.("td.cell");
    if (!cell || !event.dataTransfer.types.includes("application/x-tilsagn")) return;
    event.preventDefault();
    over(cell);
  });
  board.addEventListener("dragend", () => over(null));
  board.addEventListener("drop", (event) => {
    const cell = event.target.closest?.("td.cell");
    const line = event.dataTransfer.getData("application/x-tilsagn");
    over(null);
    if (!cell || !line) return;
    event.preventDefault();
    const own = board.querySelector(`.chip[data-line="${CSS.escape(line)}"]`)?.closest("td.cell");
    if (cell !== own) move(line, cell);
  });

  // by keys
  const put = (cell) => {
    lifted.cell = cell;
    over(cell);
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    say(cell.dataset.words);
  };
  const drop = () => {
    lifted?.chip.classList.remove("lifted");
    lifted = null;
    over(null);
  };
  const step = (cell, key) => {
    const evenings = [...new Set(cells().map((one) => one.dataset.evening))].sort();
    const places = [...new Set(cells().map((one) => one.dataset.place))];
    const at = [places.indexOf(cell.dataset.place), evenings.indexOf(cell.dataset.evening)];
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
    const to = [at[0] + by[0], at[1] + by[1]];
    return cells().find((one) => one.dataset.place === places[to[0]] && one.dataset.evening === evenings[to[1]]) ?? cell;
  };
  board.addEventListener("keydown", (event) => {
    const chip = event.target.closest?.(".chip[data-line]");
    if (!chip) return;
    if (event.key === " ") {
      event.preventDefault();
      if (lifted) return drop();
      lifted = { chip, line: chip.dataset.line };
      chip.classList.add("lifted");
      put(chip.closest("td.cell"));
    } else if (lifted && event.key.startsWith("Arrow")) {
      event.preventDefault();
      put(step(lifted.cell, event.key));
    } else if (lifted && event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      const { line, cell } = lifted;
      const home = chip.closest("td.cell");
      drop();
      if (cell !== home) move(line, cell);
    } else if (lifted && event.key === "Escape") {
      event.preventDefault();
      drop();
      say("");
    }
  });
  board.addEventListener("focusout", () => drop());

  // after an answer: say what was done, and go on where the work is
  document.addEventListener("htmx:after:swap", (event) => {
    const { said, line, cell } = now();
    if (event.target !== board && !board.contains(event.target)) return;
    say(said);
    const wrong = board.querySelector("[data-focus]");
    const chip = line && board.querySelector(`.chip[data-line="${line}"]`);
    if (wrong) wrong.focus();
    else if (said && chip) chip.focus();
    else if (cell || line) {
      const panel = document.getElementById("felt");
      (panel.querySelector("#flyt-grund") ?? panel).focus();
    }
  });
  // what is not there any more, or a page that has grown old, is shown as it is now
  document.addEventListener("htmx:response:error", (event) => {
    if (![409, 422].includes(event.detail.ctx.response.status)) location.assign(now().here);
  });
})();
