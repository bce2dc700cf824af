"use strict";
// The board: a cell of the grid is one slot; the map, the panel and the team table follow.
(() => {
  const { el, layers } = atlas;
  const data = atlas.read();
  const { map, refresh } = atlas.start(data.bounds);
  const panel = document.getElementById("panel");
  const cells = [...document.querySelectorAll("td[data-slot]")];
  const slide = document.getElementById("slide");
  const bySlot = new Map(data.slots.map((slot) => [String(slot.id), slot]));
  let current = null;
  let pointed = null;

  const badge = (item) => el("span", { class: "badge " + (item.police ? "police" : "street") }, item.team);
  const classOf = (value) => 1 + data.breaks.filter((limit) => value >= limit).length;

  atlas.names("bydel_names", data.bydele, 7);

  atlas.baseNames(data.base_names);
  data.stations.forEach((name, i) => {
    const node = atlas.fill(layers.stations[i], el("i", { class: "shape" }), el("span", { class: "near-name" }, name));
    atlas.tip(layers.stations[i], name, "station");
    if (node) node.dataset.rank = 5;
  });
  data.offers.forEach(([name, kind, operator, hours], i) => {
    const node = atlas.fill(layers.offers[i], el("i", { class: "shape" }), el("span", { class: "near-name" }, name));
    atlas.tip(layers.offers[i], name, `${kind}, ${operator}`, hours);
    if (node) node.dataset.rank = 4;
  });
  (layers.density ?? []).forEach((layer, i) => {
    layer.bindTooltip(
      () => el("div", {}, el("b", {}, data.roder[i]), el("span", {}, `ventet pr. km²: ${atlas.numbers.format(data.density[current.id][i])}`)),
      { sticky: true, className: "tip" },
    );
  });
  (layers.coverage ?? []).forEach((layer, i) => {
    layer.on("click", () => point(i, true));
    layers.zones[i].on("click", () => point(i, true));
    layer.bindTooltip(() => el("div", {}, el("b", {}, data.areas[i].name), el("span", {}, `ventet ${current.need[i].words}`)), { sticky: true, className: "tip" });
  });

  const shade = () => {
    (layers.density ?? []).forEach((layer, i) => {
      layer.getElement()?.setAttribute("class", `shade leaflet-interactive k${classOf(data.density[current.id][i])}`);
    });
  };

  const zones = () => {
    const gaps = new Set(current.gaps);
    data.areas.forEach((area, i) => {
      const here = current.plan.filter((item) => item.area === i);
      const state = here.length ? "covered" : gaps.has(i) ? "gap" : "open";
      const chosen = pointed === i ? " pointed" : "";
      layers.coverage[i].getElement()?.setAttribute("class", `zone leaflet-interactive ${state}${chosen}`);
      const node = atlas.fill(
        layers.zones[i],
        here.length > 0 && el("span", { class: "badges" }, here.map(badge), here.some((item) => item.joint) && el("span", { class: "dot" }, "●")),
        state === "gap" && el("span", { class: "badges" }, el("span", { class: "gap-mark" }, `▲ ${current.need[i].words.split(" ")[0]}`)),
        el("span", { class: "name" }, area.name),
        el("span", { class: "number" }, String(i + 1)),
      );
      if (node) {
        node.dataset.rank = here.length ? 0 : state === "gap" ? 1 : 2; // before all that lies around
        node.classList.toggle("quiet", state === "open");
      }
    });
    if (pointed !== null) layers.coverage[pointed].bringToFront();
  };

  // A name that there is no room for is a number on the map, and stands beside its number below it.
  map.on("labelled", () => {
    const numbered = data.areas.map((_, i) => i).filter((i) => layers.zones[i].getElement()?.classList.contains("numbered"));
    const key = document.getElementById("zone-key");
    key.classList.toggle("gone", !numbered.length);
    atlas.put(key, numbered.map((i) => el("li", {}, el("span", { class: "number" }, String(i + 1)), data.areas[i].name)));
  });

  const counted = (n, one, several) => `${n} ${n === "1" ? one : several}`;
  const areaButton = (i) => el("button", { type: "button", class: "choose", "aria-pressed": String(pointed === i), onclick: () => point(pointed === i ? null : i, false) }, data.areas[i].name);

  const story = () => {
    const areas = [...new Set(current.plan.map((item) => item.area))];
    areas.sort((a, b) => current.need[b].value - current.need[a].value);
    const who = areas.map((i) => {
      const here = current.plan.filter((item) => item.area === i);
      const reasons = [...new Set(here.map((item) => item.reason))];
      const forms = [...new Set(here.map((item) => item.form))].join(", ");
      const joint = here.some((item) => item.joint);
      return el("li", { class: pointed === i ? "pointed" : "", "data-area": i },
        el("div", { class: "who" }, el("span", { class: "badges" }, here.map(badge), joint && el("span", { class: "dot" }, "●")), areaButton(i), el("span", { class: "form" }, joint ? `${forms}, fælles` : forms)),
        reasons.map((text) => el("p", { class: "why" }, text)),
        el("p", { class: "sub" }, `Ventet ${current.need[i].words}; bygger på ${counted(current.need[i].n, "hændelse", "hændelser")}.`));
    });
    const gaps = current.gaps.map((i) => el("li", { class: pointed === i ? "pointed" : "", "data-area": i },
      el("div", { class: "who" }, el("span", { class: "gap-mark" }, "▲ hul"), areaButton(i)),
      el("p", { class: "sub" }, `Ventet ${current.need[i].words}; ingen er sat på.`)));
    const rest = data.areas.map((_, i) => i).filter((i) => !areas.includes(i) && !current.gaps.includes(i));
    atlas.put(panel,
      el("h2", {}, current.words),
      el("p", { class: "sum" }, el("b", {}, current.total), ` ${/(^| )1$/.test(current.total) ? "ventet hændelse" : "ventede hændelser"} · ${areas.length} af ${data.areas.length} områder har nogen`),
      el("h3", {}, "Hvem er hvor, og hvorfor"),
      who.length ? el("ul", { class: "stories" }, who) : el("p", { class: "empty" }, "Ingen er sat på i dette tidsrum."),
      el("h3", {}, "Hvor mangler nogen?"),
      gaps.length ? el("ul", { class: "stories" }, gaps) : el("p", { class: "empty" }, "Ingen huller i dette tidsrum."),
      rest.length > 0 && el("p", { class: "sub" }, "Under grænsen og uden hold: " + rest.map((i) => data.areas[i].name).join(", ") + "."),
    );
    document.getElementById("map-title").textContent = current.words;
    document.getElementById("finding").textContent = current.finding;
  };

  const teams = () => {
    const tonight = data.slots.filter((slot) => slot.evening === current.evening);
    const all = new Map();
    for (const slot of data.slots) for (const item of slot.plan) all.set(item.team, item);
    const box = document.getElementById("teams");
    if (!all.size) return box.replaceChildren();
    const rows = [...all.keys()].sort((a, b) => a.localeCompare(b, "da")).map((team) => el("tr", {},
      el("th", { scope: "row" }, badge(all.get(team))),
      tonight.map((slot) => {
        const here = slot.plan.filter((item) => item.team === team);
        return el("td", { class: (slot === current ? "now " : "") + (here.length ? "" : "off"), "data-label": slot.label },
          here.length ? here.map((item) => el("span", { class: "main" }, (item.joint ? "● " : "") + data.areas[item.area].name)) : "–");
      })));
    return box.replaceChildren(el("table", { class: "team-table" },
      el("caption", {}, `Holdene ${current.eveningWords}`),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Hold"), tonight.map((slot) => el("th", { scope: "col", class: slot === current ? "now" : "" }, slot.label)))),
      el("tbody", {}, rows)));
  };

  const densities = () => {
    const values = data.density[current.id];
    const falling = values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
    document.getElementById("density-when").textContent = current.words;
    atlas.put(document.querySelector("#density-table tbody"), falling.map((i) => el("tr", { role: "row" },
      el("th", { scope: "row", role: "rowheader" }, data.roder[i]),
      el("td", { role: "cell", "data-label": "Ventede pr. km²" }, el("span", { class: "main" }, atlas.numbers.format(values[i]))),
      el("td", { role: "cell", "data-label": "Klasse" }, el("span", { class: "main" }, data.classes[classOf(values[i]) - 1])))));
  };

  const point = (i, fromMap) => {
    pointed = i;
    zones();
    story();
    const item = i === null ? null : panel.querySelector(`li[data-area="${i}"]`);
    if (item && fromMap) item.scrollIntoView({ block: "nearest" });
    if (item && !fromMap) item.querySelector("button").focus({ preventScroll: true });
    refresh();
  };

  const choose = (id, focus) => {
    current = bySlot.get(String(id));
    pointed = null;
    for (const cell of cells) {
      const here = cell.dataset.slot === String(id);
      cell.setAttribute("aria-selected", String(here));
      cell.tabIndex = here ? 0 : -1;
      if (here && focus) cell.focus();
    }
    if (slide) {
      slide.value = data.slots.indexOf(current);
      slide.setAttribute("aria-valuetext", current.words);
    }
    atlas.keepChoice("tid", id);
    shade();
    zones();
    story();
    teams();
    densities();
    refresh();
  };

  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  for (const cell of cells) {
    cell.addEventListener("click", () => choose(cell.dataset.slot, true));
    cell.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose(cell.dataset.slot, true);
      }
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      const rows = cell.closest("tbody").rows;
      const next = rows[cell.parentNode.rowIndex - 1 + step[0]]?.cells[cell.cellIndex + step[1]];
      if (next?.dataset.slot) choose(next.dataset.slot, true);
    });
  }
  slide?.addEventListener("input", () => choose(data.slots[Number(slide.value)].id, false));
  for (const button of document.querySelectorAll(".jump")) {
    button.addEventListener("click", () => {
      choose(button.dataset.slot, false);
      if (button.dataset.area) point(Number(button.dataset.area), true);
    });
  }
  const fromAddress = () => {
    const kept = atlas.choice("tid");
    choose(bySlot.has(kept) ? kept : data.start, false);
  };
  if (data.start !== null) {
    fromAddress();
    window.addEventListener("hashchange", fromAddress); // an address that somebody pasted
  }
})();
