"use strict";
// A map and the list beside it: what is chosen in one is chosen in the other, and told in the
// side panel. The rows are read from the page itself, which works without this script.
(() => {
  const { put, el, say, memory, fill, tip, makeRoom, hatch, button, touch, paper } = window.mapParts;
  const json = (root, css) => JSON.parse(root.querySelector(`script.${css}`).textContent);
  const ROOM = { paddingTopLeft: [14, 14], paddingBottomRight: [14, 24], animate: false };
  const NEAR = 14;

  // The extent and the choice stand in the address: #kort=14.25/55.7001/12.5402/17
  const address = (name) => ({
    read: () => {
      const [zoom, lat, lng, chosen] = (new URLSearchParams(location.hash.slice(1)).get(name) ?? "").split("/");
      const at = [zoom, lat, lng].map(Number);
      const sound = zoom && at.every(Number.isFinite) && Math.abs(at[1]) < 85;
      return { view: sound ? at : null, chosen: /^\d+$/.test(chosen ?? "") ? Number(chosen) : null };
    },
    write: (map, chosen) => {
      const at = map.getCenter();
      const hash = new URLSearchParams(location.hash.slice(1));
      for (const key of [...hash.keys()]) if (!hash.get(key)) hash.delete(key); // a link to a part of the page
      hash.set(name, [map.getZoom(), at.lat.toFixed(5), at.lng.toFixed(5), chosen ?? ""].join("/"));
      history.replaceState(history.state, "", "#" + hash.toString().replaceAll("%2F", "/"));
    },
  });

  const label = (layers, key, texts, rank) => texts.forEach((text, i) => {
    const node = fill(layers[key]?.[i], text);
    if (node) node.dataset.rank = rank;
  });

  const labelGround = (layers, texts) => texts.forEach((text, i) => {
    const node = fill(layers.base_names?.[i], text.text);
    if (!node) return;
    node.classList.add(text.kind);
    node.dataset.rank = text.rank;
    node.dataset.from = text.from;
    if (text.turn) node.firstChild.style.rotate = `${text.turn}deg`;
  });

  const shade = (map, layer, row) => {
    const [level, hidden, mark] = row;
    const path = layer.getElement?.();
    if (path?.tagName !== "path") return;
    path.classList.add(hidden ? "hatched" : `k${level}`);
    if (hidden) path.setAttribute("fill", "url(#map-hatch)");
    if (!mark) return;
    const at = L.marker(layer.getCenter?.() ?? layer.getBounds().getCenter(), {
      icon: L.divIcon({ className: `map-mark map-figure-mark on-k${level}`, iconSize: null, html: "" }),
      interactive: false, keyboard: false,
    }).addTo(map);
    const node = fill(at, mark);
    node.dataset.rank = 6;
    node.fits = (box) => {
      const area = path.getBoundingClientRect();
      return area.width > 1.6 * box.width && area.height > 1.4 * box.height;
    };
  };

  // Arrow keys walk through a list that is one stop for Tab.
  const walk = (list) => {
    const shown = () => [...list.querySelectorAll(".map-item")].filter((item) => !item.closest("li").hidden);
    const only = (item) => shown().forEach((one) => { one.tabIndex = one === item ? 0 : -1; });
    list.addEventListener("focusin", (event) => event.target.closest(".map-item") && only(event.target.closest(".map-item")));
    list.addEventListener("keydown", (event) => {
      const items = shown();
      const now = items.indexOf(document.activeElement);
      const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: items.length - 1 }[event.key];
      if (now < 0 || to === undefined) return;
      event.preventDefault();
      items[Math.max(0, Math.min(items.length - 1, to))].focus();
    });
    return { reset: () => only(shown().find((item) => item.getAttribute("aria-pressed") === "true") ?? shown()[0]) };
  };

  const openPanel = (root, draw) => {
    const data = json(root, "map-data");
    const words = json(root, "map-words");
    const kept = memory();
    const { layers } = kept;
    hatch();
    root.classList.add("ready");
    const map = draw(L, kept);
    const node = map.getContainer();
    const list = root.querySelector(".map-list");
    const panel = root.querySelector(".map-chosen");
    const hash = address(root.id);
    const walker = list && walk(list);
    let chosen = null;
    node.setAttribute("role", "region");
    node.setAttribute("aria-label", say(words.region, { title: root.querySelector("h2").textContent }));
    L.control.zoom({ position: "topleft", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
    button(map, "topleft", words.whole, "⤢", () => map.fitBounds(data.bounds, ROOM));
    touch(map, root, words);
    paper(map);

    const shapes = () => layers[data.layer] ?? [];
    const title = (i) => list.querySelector(`[data-i="${i}"] b`)?.textContent ?? "";
    const told = (i) => {
      const row = root.querySelector(`.map-table tr[data-i="${i}"]`);
      const heads = [...root.querySelectorAll(".map-table thead th")];
      const pairs = [...(row?.querySelectorAll("td") ?? [])].map((cell, k) =>
        el("div", {}, el("dt", {}, heads[k + 1].textContent), el("dd", {}, cell.textContent)));
      const story = list.querySelector(`[data-i="${i}"]`)?.closest("li").querySelector(".map-story");
      return [pairs.length > 0 && el("dl", {}, pairs), story && [...story.children].map((child) => child.cloneNode(true))];
    };
    const showChosen = (i, ...content) => put(panel,
      i === null ? el("p", { class: "map-empty" }, words.none_chosen) : [el("h3", {}, content.shift()), content,
        el("button", { type: "button", class: "map-close", onclick: () => { choose(null); list?.querySelector('[tabindex="0"]')?.focus(); } }, words.close)]);
    const press = (i) => list?.querySelectorAll(".map-item").forEach((item) => item.setAttribute("aria-pressed", String(item.dataset.i === String(i))));

    const choose = (i, { move = true } = {}) => {
      chosen = i;
      press(i);
      root.querySelectorAll(".map-table tr[data-i]").forEach((row) => row.classList.toggle("pointed", row.dataset.i === String(i)));
      shapes().forEach((layer, k) => {
        layer.getElement?.()?.classList.toggle("pointed", k === i);
        layer.closeTooltip?.();
      });
      const layer = i === null ? null : shapes()[i];
      if (layer) {
        layer.bringToFront?.();
        const bounds = layer.getBounds?.() ?? L.latLngBounds([layer.getLatLng()]);
        if (move && !map.getBounds().contains(bounds)) map.fitBounds(bounds, { ...ROOM, maxZoom: Math.max(NEAR, map.getZoom()) });
        layer.openTooltip?.(bounds.getCenter());
      }
      if (i === null) showChosen(null);
      else showChosen(i, title(i), ...told(i));
      hash.write(map, chosen);
    };

    const moved = () => {
      node.classList.toggle("near", map.getZoom() >= NEAR);
      node.classList.toggle("close", map.getZoom() >= NEAR + 2);
      makeRoom(map);
    };
    Object.entries(data.names).forEach(([key, texts]) => label(layers, key, texts, 4));
    labelGround(layers, data.base_names);
    data.rows.forEach((row, i) => {
      const layer = shapes()[i];
      if (!layer) return;
      shade(map, layer, row);
      const first = list.querySelector(`[data-i="${i}"] .map-item-text span`)?.textContent;
      tip(layer, ...[title(i), first].filter(Boolean));
      layer.on("click", () => {
        choose(i, { move: false });
        list.querySelector(`[data-i="${i}"]`)?.scrollIntoView({ block: "nearest", behavior: "instant" });
      });
    });

    list?.addEventListener("click", (event) => {
      const item = event.target.closest(".map-item");
      if (item && !data.points) choose(Number(item.dataset.i));
    });
    root.addEventListener("keydown", (event) => event.key === "Escape" && chosen !== null && choose(null));
    const find = root.querySelector(".map-find");
    find?.addEventListener("input", () => {
      const items = [...list.querySelectorAll("li")];
      const wanted = find.value.trim().toLocaleLowerCase("da");
      items.forEach((item) => { item.hidden = !item.textContent.toLocaleLowerCase("da").includes(wanted); });
      const n = items.filter((item) => !item.hidden).length;
      put(root.querySelector(".map-count"), wanted ? say(words.found, { n, all: items.length }) : "");
      walker.reset();
    });
    root.querySelector(".map-print")?.addEventListener("click", () => window.print());
    const table = root.querySelector(".map-table");
    root.querySelector(".map-to-table")?.addEventListener("click", (event) => {
      if (!table) return;
      event.preventDefault();
      table.open = true;
      table.querySelector("summary").focus();
      table.scrollIntoView({ block: "start", behavior: "instant" });
    });

    root.querySelectorAll(".map-layers input[type=checkbox]").forEach((box) => box.addEventListener("change", () => {
      for (const key of box.value.split(" ")) for (const layer of layers[key] ?? []) layer.getElement?.()?.classList.toggle("gone", !box.checked);
      makeRoom(map);
    }));
    let tiles = null;
    root.querySelectorAll(".map-layers input[type=radio]").forEach((choice) => choice.addEventListener("change", () => {
      tiles?.remove();
      tiles = choice.value ? L.tileLayer(choice.value, { maxZoom: map.getMaxZoom() }).addTo(map) : null;
      node.classList.toggle("with-tiles", Boolean(tiles));
    }));

    const then = hash.read();
    if (then.view) map.setView(then.view.slice(1), then.view[0], { animate: false });
    else map.fitBounds(data.bounds, ROOM);
    const keep = L.Util.throttle?.(() => hash.write(map, chosen), 300) ?? (() => hash.write(map, chosen));
    map.on("zoomend resize", moved);
    map.on("moveend", () => { makeRoom(map); keep(); });
    const points = data.points && window.mapPoints(map, root, { url: data.points, words, list, walker, press, showChosen });
    if (then.chosen !== null && shapes()[then.chosen]) choose(then.chosen, { move: false });
    else showChosen(null);
    if (!points) walker?.reset();
    moved();
    root.mapPanel = { map, choose };
    root.dispatchEvent(new CustomEvent("map-ready", { bubbles: true }));
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const [name, draw] of window.mapQueue ?? []) openPanel(document.getElementById(name), draw);
    document.documentElement.dataset.maps = "ready";
  });
})();
