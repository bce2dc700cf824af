"use strict";
// Parts of a map panel: nodes, marks, labels that make room for each other, Danish controls.
// Text reaches the page through text nodes only.
window.mapParts = (() => {
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

  const say = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

  // Folium calls `remember` for each feature, so that row i is found again as layers[key][i].
  const memory = () => {
    const layers = {};
    const remember = (key) => (feature, layer) => {
      (layers[key] ??= [])[feature.properties.i] = layer;
    };
    const mark = (css, interactive) => (feature, latlng) =>
      L.marker(latlng, {
        icon: L.divIcon({ className: "map-mark " + css, iconSize: null, html: "" }),
        interactive,
        keyboard: false, // the list is the way for keyboards
      });
    return { layers, remember, mark };
  };

  const fill = (layer, ...children) => {
    const node = layer?.getElement?.();
    if (node) put(node, el("span", { class: "body" }, ...children));
    return node;
  };

  const tip = (layer, ...lines) => {
    const content = () => el("div", {}, lines.map((line, i) => el(i ? "span" : "b", {}, line)));
    layer.bindTooltip(content, { sticky: typeof layer.getLatLng !== "function", className: "map-tip", opacity: 1 });
    // Leaflet listens for focus, and Chromium makes what listens a stop for Tab: 400 areas, 400 stops
    for (const one of layer.getLayers?.() ?? [layer]) one.getElement?.()?.setAttribute("tabindex", "-1");
  };

  // Labels that would cover an earlier one step back; a low rank comes first, and each has a
  // zoom from which on it is wanted.
  const makeRoom = (map) => {
    const room = map.getContainer().getBoundingClientRect();
    const zoom = map.getZoom();
    const taken = [];
    const marks = [...map.getContainer().querySelectorAll("[data-rank]")];
    marks.sort((a, b) => a.dataset.rank - b.dataset.rank);
    for (const node of marks) {
      node.classList.remove("stepped-back");
      const box = (node.querySelector(".body") ?? node).getBoundingClientRect();
      const seen = box.right > room.left && box.left < room.right && box.bottom > room.top && box.top < room.bottom;
      if (!box.width || !seen) continue;
      const wanted = !(node.dataset.from > zoom) && (!node.fits || node.fits(box));
      const clash = taken.some((o) => box.left < o.right && box.right > o.left && box.top < o.bottom && box.bottom > o.top);
      if (wanted && !clash) taken.push(box);
      else node.classList.add("stepped-back");
    }
  };

  const hatch = () => {
    if (document.getElementById("map-hatch")) return;
    const svg = (name, attributes, ...children) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      node.append(...children);
      return node;
    };
    const pattern = svg("pattern", { id: "map-hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { class: "map-hatch-ground", width: 7, height: 7 }), svg("rect", { class: "map-hatch-line", width: 2, height: 7 }));
    document.body.append(svg("svg", { class: "map-patterns", "aria-hidden": "true", focusable: "false" }, svg("defs", {}, pattern)));
  };

  const button = (map, position, label, sign, onclick) => {
    const control = L.control({ position });
    const node = el("button", { type: "button", class: "map-button", title: label, "aria-label": label }, sign);
    control.onAdd = () => {
      const bar = el("div", { class: "leaflet-bar" }, node);
      L.DomEvent.disableClickPropagation(bar);
      node.addEventListener("click", () => onclick(node));
      return bar;
    };
    control.addTo(map);
    return node;
  };

  // One finger scrolls the page; two move the map, or one after the reader has said so.
  const touch = (map, root, words) => {
    if (!matchMedia("(pointer: coarse)").matches) return;
    const hint = root.querySelector(".map-hint");
    map.dragging.disable();
    const free = button(map, "topleft", words.drag, "✥", () => {
      map.dragging[map.dragging.enabled() ? "disable" : "enable"]();
      free.setAttribute("aria-pressed", String(map.dragging.enabled()));
    });
    free.setAttribute("aria-pressed", "false");
    let gone;
    map.getContainer().addEventListener("touchmove", (event) => {
      if (event.touches.length > 1 || map.dragging.enabled()) return;
      hint.hidden = false;
      clearTimeout(gone);
      gone = setTimeout(() => { hint.hidden = true; }, 1500);
    }, { passive: true });
  };

  // The map has another size on paper; what is seen stays in the middle.
  const paper = (map) => {
    let seen = null;
    const fit = () => {
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(seen, { animate: false });
      makeRoom(map);
    };
    const to = () => { seen ??= map.getBounds(); fit(); };
    const from = () => { if (seen) { fit(); seen = null; } };
    window.addEventListener("beforeprint", to);
    window.addEventListener("afterprint", from);
    matchMedia("print").addEventListener("change", (event) => (event.matches ? to() : from()));
  };

  return { put, el, say, memory, fill, tip, makeRoom, hatch, button, touch, paper };
})();
