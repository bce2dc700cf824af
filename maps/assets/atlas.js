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
  };

  const fill = (layer, ...children) => {
    const node = layer.getElement();
    if (node) node.replaceChildren(el("span", { class: "body" }, ...children));
    return node;
  };

  const read = () => JSON.parse(document.getElementById("page-data").textContent);

  // Labels that would cover an earlier one move a little or step back; a low rank comes first.
  const STEPS = [0, -14, 14, -26, 26];
  const makeRoom = () => {
    const taken = [];
    const clashes = (box, dy) => taken.some(
      (o) => box.left < o.right && box.right > o.left && box.top + dy < o.bottom && box.bottom + dy > o.top,
    );
    const marks = [...document.querySelectorAll("[data-rank]")];
    marks.sort((a, b) => a.dataset.rank - b.dataset.rank);
    for (const node of marks) {
      const movable = node.classList.contains("bydel-name");
      const body = node.querySelector(".body") ?? node;
      node.classList.remove("stepped-back");
      if (movable) body.style.marginTop = "0";
      const box = (node.querySelector(".disc") ?? body).getBoundingClientRect();
      if (!box.width) continue;
      const dy = (movable ? STEPS : [0]).find((step) => !clashes(box, step));
      if (dy === undefined && node.dataset.rank > 0) node.classList.add("stepped-back");
      else taken.push({ left: box.left, right: box.right, top: box.top + (dy ?? 0), bottom: box.bottom + (dy ?? 0) });
      if (movable && dy) body.style.marginTop = `${dy}px`;
    }
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
      seen ??= map.getBounds();
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(seen, { animate: false });
      makeRoom();
    };
    const fromPaper = () => {
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

  const tips = (key, rows) => {
    rows.forEach((row, i) => layers[key]?.[i] && tip(layers[key][i], ...[row].flat()));
  };

  // The choice stands in the address, so that it can be kept and shared with the file.
  const choice = (key) => new URLSearchParams(location.hash.slice(1)).get(key);
  const keepChoice = (key, value) => {
    try {
      history.replaceState(null, "", "#" + new URLSearchParams({ [key]: value }));
    } catch {
      // some readers of files have no history; the page works without
    }
  };

  return { layers, remember, mark, put, el, tip, tips, fill, read, makeRoom, start, names, numbers, choice, keepChoice };
})();
