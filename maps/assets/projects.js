"use strict";
// The office: ticks and actors choose; map and table show the same; a project tells its story.
(() => {
  const { el, layers } = atlas;
  const data = atlas.read();
  const { map, refresh } = atlas.start(data.bounds);
  const panel = document.getElementById("panel");
  const rows = [...document.querySelectorAll("#project-table tbody tr")];
  const boxes = (id) => [...document.querySelectorAll(`#${id} input`)];
  const onlyLate = document.getElementById("only-late");
  const actorButtons = [...document.querySelectorAll(".holder")];
  const shapes = layers.shapes ?? []; // lines and areas; a point has no entry
  let actor = null;
  const order = rows.map((row) => Number(row.dataset.key));
  let visible = data.projects.map(() => true);
  let chosen = null;

  // The sign of a phase is copied from the legend, so that the two can never differ.
  const disc = (phase) => document.querySelector(`.legend .disc.p${phase}`).cloneNode(true);

  atlas.names("bydel_names", data.bydele, 3);

  atlas.baseNames(data.base_names);
  data.stations.forEach((name, i) => {
    const node = atlas.fill(layers.stations[i], el("i", { class: "shape" }), el("span", { class: "near-name" }, name));
    atlas.tip(layers.stations[i], name, "station");
    if (node) node.dataset.rank = 8;
  });
  data.projects.forEach((project, i) => {
    const sign = el("span", { class: "sign-box" }, disc(project.phase), project.late && el("span", { class: "late-flag" }, "▲"));
    const node = atlas.fill(layers.projects[i], sign, el("span", { class: "kind-name", "data-rank": 6 }, project.kind));
    node.prepend(el("i", { class: "leader" }));
    node.dataset.rank = 0;
    for (const layer of [layers.projects[i], shapes[i]]) {
      if (!layer) continue;
      atlas.tip(layer, project.name, `${project.kind} · ${project.status}`, ...(project.slip ? [project.slip] : []));
      layer.on("click", () => {
        choose(i, true);
        // on a phone the story stands below the map: whoever points at a project is led to it
        if (panel.getBoundingClientRect().top > innerHeight * 0.7) panel.scrollIntoView({ block: "start" });
      });
    }
  });

  // Signs on the same spot move apart, each with a line back to where it belongs.
  const APART = 27;
  const spread = () => {
    const shown = layers.projects.map((layer) => layer.getElement()).map((node, i) => ({ node, at: map.latLngToLayerPoint(layers.projects[i].getLatLng()) })).filter((sign) => !sign.node.classList.contains("gone"));
    shown.forEach((sign, i) => { sign.x = sign.at.x + Math.cos(i) * 0.1; sign.y = sign.at.y + Math.sin(i) * 0.1; });
    for (let round = 0; round < 60; round++) {
      for (const [i, a] of shown.entries()) {
        for (const b of shown.slice(i + 1)) {
          const [dx, dy] = [b.x - a.x, b.y - a.y];
          const gap = Math.hypot(dx, dy);
          if (gap >= APART) continue;
          const push = (APART - gap) / 2 / gap;
          a.x -= dx * push; a.y -= dy * push; b.x += dx * push; b.y += dy * push;
        }
      }
    }
    for (const { node, at, x, y } of shown) {
      const [dx, dy] = [Math.round(x - at.x), Math.round(y - at.y)];
      node.querySelector(".body").style.transform = `translate(calc(-50% + ${dx}px), calc(-50% + ${dy}px))`;
      const leader = node.querySelector(".leader");
      leader.style.width = `${Math.hypot(dx, dy)}px`;
      leader.style.transform = `rotate(${Math.atan2(dy, dx)}rad)`;
      leader.classList.toggle("gone", Math.hypot(dx, dy) < 4);
    }
  };

  const section = (title, ...content) => [el("h3", {}, title), ...content];
  const story = () => {
    const p = data.projects[chosen];
    if (!p) return atlas.put(panel, el("p", { class: "empty" }, visible.some(Boolean) ? "Vælg et projekt på kortet eller i tabellen." : "Ingen projekter passer til valget."));
    const step = p.next
      ? el("p", { class: "step" + (p.nextLate ? " late" : "") }, el("b", {}, p.next[0]), ": ", p.next[1])
      : el("p", { class: p.finished ? "sub" : "late" }, p.finished ? "Intet udestår." : "Ingen har bolden: aftal næste skridt.");
    return atlas.put(panel,
      el("p", { class: "sub" }, `${p.kind} · ${p.place}`),
      el("h2", {}, p.name),
      el("p", { class: "status-line" }, disc(p.phase), el("b", {}, p.status), p.slip && el("span", { class: "slip late" }, p.slip)),
      section("Formål", el("p", {}, p.aim)),
      section("Næste skridt", step),
      section("Penge", el("p", {}, p.money), p.funding.map((line) => el("p", { class: "sub" }, line))),
      section("Færdig", el("p", {}, p.time)),
      p.actions.length > 0 && section("Aftaler", el("ul", { class: "actions" }, p.actions.map(([who, what]) => el("li", {}, el("b", {}, who), ": ", what)))),
      el("p", { class: "sub owner" }, `Ejer: ${p.owner}${p.case ? ` · sag ${p.case}` : ""} · `, el("span", { class: p.stale ? "late" : "" }, p.updated)),
      listed());
  };

  // What the choice leaves, in the table's order, so that the panel leads to each without a scroll.
  const listed = () => {
    const left = order.filter((i) => visible[i]);
    if (left.length < 2) return null;
    const item = (i) => el("li", {}, el("button", { type: "button", class: "choose", "data-key": i, "aria-pressed": String(i === chosen), onclick: () => choose(i, false) }, data.projects[i].name), data.projects[i].late && el("span", { class: "late-flag" }, " ▲"));
    const left_words = left.length === data.projects.length ? `Alle ${left.length} projekter` : `De ${left.length} projekter, der vises`;
    return [el("h3", {}, left_words), el("ul", { class: "listed", tabindex: 0, "aria-label": left_words }, left.map(item))];
  };

  const choose = (i, fromMap) => {
    const scrolled = panel.querySelector(".listed")?.scrollTop ?? 0;
    chosen = i;
    rows.forEach((row) => row.classList.toggle("pointed", row.dataset.key === String(i)));
    document.querySelectorAll("button.choose").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.key === String(i))));
    layers.projects.forEach((layer, k) => layer.getElement().classList.toggle("pointed", k === i));
    shapes.forEach((layer, k) => layer.getElement()?.classList.toggle("pointed", k === i));
    story();
    const list = panel.querySelector(".listed");
    if (list) list.scrollTop = scrolled;
    if (i === null) return;
    atlas.keepChoice("projekt", i);
    if (!fromMap) map.panInside(layers.projects[i].getLatLng(), { padding: [60, 60], animate: false });
  };

  const show = () => {
    const statuses = new Set(boxes("statuses").filter((b) => b.checked).map((b) => b.value));
    const kinds = new Set(boxes("kinds").filter((b) => b.checked).map((b) => b.value));
    visible = data.projects.map((p) =>
      statuses.has(p.status) && kinds.has(p.kind) && (!onlyLate.checked || p.late) && (actor === null || p.actors.includes(actor)));
    rows.forEach((row) => row.classList.toggle("gone", !visible[row.dataset.key]));
    visible.forEach((on, i) => {
      layers.projects[i].getElement().classList.toggle("gone", !on);
      shapes[i]?.getElement()?.classList.toggle("gone", !on);
    });
    const count = visible.filter(Boolean).length;
    document.getElementById("shown").textContent = count ? `${count} af ${visible.length} vises` : "Ingen passer. Vælg flere, eller vis alle.";
    const selection = document.getElementById("selection"); // what is chosen stands by the table, on paper too
    selection?.classList.toggle("gone", count === visible.length);
    if (selection) selection.textContent = `Udvalg: ${count} af ${visible.length} projekter${[onlyLate.checked && ", kun forsinkede", actor && `, ${actor} har bolden`].filter(Boolean).join("")}.`;
    actorButtons.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.actor === actor)));
    spread();
    refresh();
    // the panel never tells of a project that the choice has hidden
    choose(visible[chosen] ? chosen : order.find((i) => visible[i]) ?? null, true);
  };
  map.on("zoomend", () => { spread(); refresh(); });

  for (const box of document.querySelectorAll(".filters input")) box.addEventListener("change", show);
  for (const button of actorButtons) {
    button.addEventListener("click", () => {
      actor = actor === button.dataset.actor ? null : button.dataset.actor;
      show();
    });
  }
  document.getElementById("all").addEventListener("click", () => {
    [...boxes("statuses"), ...boxes("kinds")].forEach((b) => { b.checked = true; });
    onlyLate.checked = false;
    actor = null;
    show();
  });
  for (const button of document.querySelectorAll("button.choose")) {
    button.addEventListener("click", () => {
      choose(Number(button.dataset.key), false);
      const box = panel.getBoundingClientRect();
      if (box.top < 0 || box.top > innerHeight) panel.scrollIntoView({ block: "nearest" });
    });
  }
  const fromAddress = () => {
    const kept = Number(atlas.choice("projekt") ?? NaN);
    if (data.projects.length) choose(visible[kept] ? kept : chosen ?? data.start, false);
    else story();
  };
  fromAddress();
  show();
  window.addEventListener("hashchange", fromAddress); // an address that somebody pasted
})();
