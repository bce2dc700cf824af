"use strict";
// What the three pages share: layers by name, marks, labels that make room for each other.
// Text reaches the page through text nodes only.
const atlas = (() => {
  const layers = {};
  const numbers = new Intl.NumberFormat("da-DK", { maximumSignificantDigits: 3 });

  // Folium calls this for each feature, so that row i is found again as layers[key][i].
  const remember = (key) => (feature, layer) => {
    (layers[key] ??= [])[feature.properties.i] = layer;
  };

  const mark = (css, interactive) => (feature, latlng) =>
    L.marker(latlng, {
      icon: L.divIcon({ className: "mark " + css, iconSize: null, html: "" }),
      interactive,
      keyboard: false, // lists and grids are the way for keyboards
    });

  const put = (node, ...children) => {
    node.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== false));
    return node;
  };

  const el = (name, attributes, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes ?? {})) {
      if (key === "onclick") node.addEventListener("click", value);
      else if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
    }
    return put(node, ...children);
  };

  const tip = (layer, ...lines) => {
    const content = () => el("div", {}, lines.map((line, i) => el(i ? "span" : "b", {}, line)));
    layer.bindTooltip(content, { sticky: typeof layer.getLatLng !== "function", className: "tip" });
    // Leaflet listens for focus, and Chromium makes what listens a stop for Tab: 400 areas, 400 stops
    layer.getElement?.()?.setAttribute("tabindex", "-1");
  };

  const fill = (layer, ...children) => {
    const node = layer.getElement();
    if (node) node.replaceChildren(el("span", { class: "body" }, ...children));
    return node;
  };

  const read = () => JSON.parse(document.getElementById("page-data").textContent);

  // Labels that would cover an earlier one make room; a low rank comes first. A label moves a little,
  // says less (a number for its name, a sign without one), or steps back, in this order.
  const STEPS = [0, -14, 14, -26, 26];
  const SAY_LESS = ["numbered", "unnamed"];
  const makeRoom = () => {
    const taken = [];
    const clashes = (box, dy) => taken.some(
      (o) => box.left < o.right && box.right > o.left && box.top + dy < o.bottom && box.bottom + dy > o.top,
    );
    const take = (box, dy) => taken.push({ left: box.left, right: box.right, top: box.top + dy, bottom: box.bottom + dy });
    const marks = [...document.querySelectorAll("[data-rank]")];
    marks.sort((a, b) => a.dataset.rank - b.dataset.rank);
    const zoom = window.map_main.getZoom();
    const width = window.map_main.getContainer().clientWidth;
    for (const node of marks) {
      if (node.dataset.from > zoom) {
        node.classList.add("stepped-back");
        continue;
      }
      const movable = node.matches(".bydel-name, .zone-name.quiet");
      const body = node.querySelector(".body") ?? node;
      const measure = () => (node.querySelector(".disc") ?? body).getBoundingClientRect();
      node.classList.remove("stepped-back", ...SAY_LESS);
      if (movable || node.querySelector(".number")) body.style.marginTop = "0";
      let box = measure();
      if (!box.width) continue;
      let dy = (movable ? STEPS : [0]).find((step) => !clashes(box, step));
      // a name as wide as half a narrow map lies over its neighbours wherever it stands
      if (node.querySelector(".number") && box.width > width / 2) dy = undefined;
      if (dy === undefined && node.querySelector(".number, .shape")) {
        node.classList.add(node.querySelector(".number") ? "numbered" : "unnamed");
        box = measure();
        // an area is always named, and an offer always has its sign; a number may move a little
        if (node.querySelector(".number")) dy = STEPS.find((step) => !clashes(box, step)) ?? 0;
        else if (node.classList.contains("offer") || !clashes(box, 0)) dy = 0;
      }
      if (dy === undefined && node.dataset.rank > 0) node.classList.add("stepped-back");
      else take(box, dy ?? 0);
      if (dy) body.style.marginTop = `${dy}px`;
    }
    window.map_main.fire("labelled");
  };

  // A long table is a card per row on a phone, so it is folded there; on paper it always stands open.
  const long = () => [...document.querySelectorAll("details.long")];
  let folded = [];
  if (matchMedia("screen and (max-width: 699px)").matches) long().forEach((table) => { table.open = false; });
  const unfold = () => {
    folded = [...folded, ...long().filter((table) => !table.open)];
    folded.forEach((table) => { table.open = true; });
  };
  const foldAgain = () => {
    folded.forEach((table) => { table.open = false; });
    folded = [];
  };

  const start = (bounds) => {
    const map = window.map_main;
    const node = map.getContainer();
    node.setAttribute("role", "region");
    node.setAttribute("aria-label", "Kort; det samme står i listerne");
    const small = node.clientWidth < 500;
    const position = small ? "bottomright" : "topleft"; // under the thumb
    L.control.zoom({ position, zoomInTitle: "Zoom ind", zoomOutTitle: "Zoom ud" }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
    // what lies over the map (buttons, a legend) does not lie over what it shows
    const legend = document.querySelector(".legend");
    const over = getComputedStyle(legend).position === "absolute" ? legend.offsetWidth : 0;
    const padding = { paddingTopLeft: [small ? 12 : 58, 14], paddingBottomRight: [14 + over, 24], animate: false };
    const whole = L.control({ position });
    whole.onAdd = () => {
      const box = el("div", { class: "leaflet-bar" });
      const back = () => map.fitBounds(bounds, padding);
      box.append(el("button", { type: "button", class: "whole", title: "Vis det hele", "aria-label": "Vis det hele", onclick: back }, "⤢"));
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    whole.addTo(map);
    map.fitBounds(bounds, padding);
    const zoomed = () => {
      node.classList.toggle("near", map.getZoom() >= 14);
      makeRoom();
    };
    map.on("zoomend resize", zoomed);
    // The map has another size on paper; what is seen stays in the middle.
    let seen = null;
    const toPaper = () => {
      unfold();
      seen ??= map.getBounds();
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(seen, { animate: false });
      makeRoom();
    };
    const fromPaper = () => {
      foldAgain();
      if (!seen) return;
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(seen, { animate: false });
      seen = null;
    };
    window.addEventListener("beforeprint", toPaper);
    window.addEventListener("afterprint", fromPaper);
    matchMedia("print").addEventListener("change", (e) => (e.matches ? toPaper() : fromPaper()));
    return { map, refresh: zoomed };
  };

  const names = (key, texts, rank) => {
    texts.forEach((text, i) => {
      const node = layers[key]?.[i] && fill(layers[key][i], text);
      if (node) node.dataset.rank = rank;
    });
  };

  // Names of places and roads: each from its zoom on, roads turned along their line.
  const baseNames = (texts) => {
    texts.forEach((label, i) => {
      const node = layers.base_names?.[i] && fill(layers.base_names[i], label.text);
      if (!node) return;
      node.classList.add(label.kind);
      node.dataset.rank = label.rank;
      node.dataset.from = label.from;
      if (label.turn) node.querySelector(".body").style.rotate = `${label.turn}deg`;
    });
  };

  const tips = (key, rows) => {
    rows.forEach((row, i) => layers[key]?.[i] && tip(layers[key][i], ...[row].flat()));
  };

  // The tables as a file: made here, so that a page that is a file itself needs nobody to ask.
  // Text that a spreadsheet would take for a formula begins with an apostrophe (spreadsheets.py).
  const BEGINS_A_FORMULA = /^(\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/;
  const csvCell = (text) => {
    const safe = BEGINS_A_FORMULA.test(text) ? `'${text}` : text;
    return /[;"\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const told = (cell) => {
    const parts = cell.children.length ? [...cell.children] : [cell];
    return parts.map((part) => part.textContent.trim()).filter(Boolean).join("; ");
  };
  const csv = () => {
    const lines = [];
    for (const table of document.querySelectorAll(".tables table.list")) {
      if (lines.length) lines.push([]);
      for (const row of table.rows) lines.push([...row.cells].map(told));
      lines.push([], [told(table.caption)]);
    }
    for (const fact of document.querySelectorAll(".facts dl > div")) lines.push([...fact.children].map(told));
    return "\ufeff" + lines.map((line) => line.map(csvCell).join(";") + "\r\n").join("");
  };
  for (const box of document.querySelectorAll(".take")) {
    const taken = box.querySelector("[data-take]");
    taken.addEventListener("click", () => {
      const href = "data:text/csv;charset=utf-8," + encodeURIComponent(csv());
      el("a", { href, download: `${taken.dataset.take}.csv` }).click();
    });
    box.querySelector("[data-print]").addEventListener("click", () => window.print());
    box.classList.remove("gone");
  }

  // The choice stands in the address, so that it can be kept and shared with the file.
  const choice = (key) => new URLSearchParams(location.hash.slice(1)).get(key);
  const keepChoice = (key, value) => {
    try {
      history.replaceState(null, "", "#" + new URLSearchParams({ [key]: value }));
    } catch {
      // some readers of files have no history; the page works without
    }
  };

  return { layers, remember, mark, put, el, tip, tips, fill, read, makeRoom, start, names, baseNames, numbers, choice, keepChoice };
})();
