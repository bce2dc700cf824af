"use strict";
// Points by URL for what the map shows: asked for when it rests, the former question withdrawn.
// docs/web-maps.md tells what is answered.
window.mapPoints = (map, root, { url, words, list, walker, press, showChosen }) => {
  const { put, el, say, tip, fill, makeRoom } = window.mapParts;
  const REST_MS = 250;
  const MOST_LISTED = 50;
  const MANY = 1000;
  const numbers = new Intl.NumberFormat(document.documentElement.lang || "da");
  map.createPane("points").style.zIndex = 450; // above our lines and areas, beneath names
  const canvas = L.canvas({ padding: 0.3, pane: "points" });
  const count = root.querySelector(".map-count");
  const box = root.querySelector(".map-box");
  const drawn = L.layerGroup().addTo(map);
  let many = false; // many points are drawn small, so that they do not melt into one blot
  let asking = null;
  let waiting;
  let shown = [];
  let ring = null;
  let kept = null; // what is chosen stays chosen when the map moves

  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const text = (value) => (value == null ? "" : String(value));
  const level = (feature) => Math.min(5, Math.max(1, Math.round(Number(feature.properties.level)) || 3));

  const cell = (feature) => {
    const layer = L.geoJSON(feature, { className: `shade map-cell k${level(feature)}`, interactive: true });
    layer.addTo(drawn);
    const at = L.marker(layer.getBounds().getCenter(), {
      icon: L.divIcon({ className: `map-mark map-figure-mark on-k${level(feature)}`, iconSize: null, html: "" }),
      interactive: false, keyboard: false,
    }).addTo(drawn);
    const node = fill(at, numbers.format(Number(feature.properties.n) || 0));
    node.dataset.rank = 2;
    return layer;
  };

  const point = (feature) => {
    const [lng, lat] = feature.geometry.coordinates;
    return L.circleMarker([lat, lng], {
      renderer: canvas, pane: "points", radius: many ? 3.5 : 5, weight: many ? 0.6 : 1.25, fillOpacity: 1,
      fillColor: colour(`--map-k${level(feature)}`), color: colour("--map-ink"),
    }).addTo(drawn);
  };

  const keyOf = (feature) => String(feature.id ?? JSON.stringify([feature.geometry.coordinates, feature.properties.title]));
  const boundsOf = (layer) => layer.getBounds?.() ?? L.latLngBounds([layer.getLatLng()]);

  const encircle = (i) => {
    press(i);
    ring?.remove();
    const bounds = boundsOf(shown[i].layer);
    ring = L.circleMarker(bounds.getCenter(), { renderer: canvas, pane: "points", radius: 11, weight: 3, fill: false, color: colour("--map-ink"), interactive: false }).addTo(map);
  };

  const choose = (i, move) => {
    const { feature, layer } = shown[i];
    const bounds = boundsOf(layer);
    kept = keyOf(feature);
    encircle(i);
    const facts = Array.isArray(feature.properties.facts) ? feature.properties.facts : [];
    const href = text(feature.properties.href);
    showChosen(i, text(feature.properties.title),
      el("dl", {}, facts.map(([name, value]) => el("div", {}, el("dt", {}, text(name)), el("dd", {}, text(value))))),
      /^\/(?![/\\])/.test(href) && el("p", {}, el("a", { href }, words.open)));
    if (move && !map.getBounds().pad(-0.1).contains(bounds)) map.panInside(bounds.getCenter(), { padding: [60, 60], animate: false });
  };

  const listed = () => {
    const focused = list.contains(document.activeElement);
    const items = shown.slice(0, MOST_LISTED).map(({ feature }, i) => el("li", {},
      el("button", { type: "button", class: "map-item", "data-i": i, "aria-pressed": "false", onclick: () => choose(i, true) },
        el("span", { class: `map-swatch k${level(feature)}`, "aria-hidden": "true" }),
        el("span", { class: "map-item-text" }, el("b", {}, text(feature.properties.title))))));
    const rest = shown.length - items.length;
    put(list, items, rest > 0 && el("li", { class: "map-rest" }, say(words.more, { n: numbers.format(rest) })));
    const again = shown.findIndex(({ feature }) => keyOf(feature) === kept);
    if (again >= 0) encircle(again);
    else if (kept !== null) showChosen((kept = null));
    walker.reset();
    if (focused) (list.querySelector('[aria-pressed="true"]') ?? list.querySelector(".map-item"))?.focus({ preventScroll: true });
  };

  const show = (answer) => {
    drawn.clearLayers();
    ring?.remove();
    many = answer.features.length > MANY;
    const draw = answer.aggregated ? cell : point;
    shown = answer.features.map((feature) => ({ feature, layer: draw(feature) }));
    shown.forEach(({ feature, layer }, i) => {
      tip(layer, text(feature.properties.title));
      layer.on("click", () => choose(i, false));
    });
    listed();
    const told = { what: words.what, matched: numbers.format(answer.matched), returned: numbers.format(answer.returned) };
    const key = !answer.matched ? "nothing" : answer.aggregated ? (answer.finest ? "counted" : "cells") : answer.returned < answer.matched ? "cut" : "shown";
    put(count, say(words[key], told));
    makeRoom(map);
  };

  const failed = () => put(count, words.failed, " ", el("button", { type: "button", class: "map-again", onclick: () => ask() }, words.again));

  const ask = async () => {
    asking?.abort();
    const mine = (asking = new AbortController());
    const seen = map.getBounds();
    const where = new URL(url, location.href);
    where.searchParams.set("bbox", [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()].map((side) => side.toFixed(5)).join(","));
    where.searchParams.set("zoom", Math.round(map.getZoom()));
    box.setAttribute("aria-busy", "true");
    put(count, words.loading);
    try {
      const answer = await fetch(where, { signal: mine.signal, headers: { Accept: "application/geo+json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const read = await answer.json();
      if (mine === asking) show(read);
    } catch (error) {
      if (error.name !== "AbortError" && mine === asking) failed();
    } finally {
      if (mine === asking) box.removeAttribute("aria-busy");
    }
  };

  map.on("moveend", () => {
    clearTimeout(waiting);
    asking?.abort();
    waiting = setTimeout(ask, REST_MS);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => ask());
  ask();
  return { ask };
};
