"use strict";
// Draws an outline on the map of a page. What is drawn stands as corners in a field of the form,
// in metres east and north (EPSG:25832), and what is typed there is drawn; the field is what is sent.
(() => {
  // Transverse Mercator in zone 32 by Krüger's series, to the third order: well below a millimetre.
  const F = 1 / 298.257222101, N = F / (2 - F), A = (6378137 / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
  const K0 = 0.9996, EAST = 500000, MERIDIAN = 9;
  const ALPHA = [N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3, (13 / 48) * N ** 2 - (3 / 5) * N ** 3, (61 / 240) * N ** 3];
  const BETA = [N / 2 - (2 / 3) * N ** 2 + (37 / 96) * N ** 3, N ** 2 / 48 + N ** 3 / 15, (17 / 480) * N ** 3];
  const DELTA = [2 * N - (2 / 3) * N ** 2 - 2 * N ** 3, (7 / 3) * N ** 2 - (8 / 5) * N ** 3, (56 / 15) * N ** 3];
  const rad = (degrees) => (degrees * Math.PI) / 180, deg = (radians) => (radians * 180) / Math.PI;

  const metres = ({ lat, lng }) => {
    const phi = rad(lat), lam = rad(lng - MERIDIAN), e = (2 * Math.sqrt(N)) / (1 + N);
    const t = Math.sinh(Math.atanh(Math.sin(phi)) - e * Math.atanh(e * Math.sin(phi)));
    const xi = Math.atan2(t, Math.cos(lam)), eta = Math.atanh(Math.sin(lam) / Math.sqrt(1 + t * t));
    const sum = (f) => ALPHA.reduce((total, a, j) => total + a * f(2 * (j + 1)), 0);
    return [
      EAST + K0 * A * (eta + sum((k) => Math.cos(k * xi) * Math.sinh(k * eta))),
      K0 * A * (xi + sum((k) => Math.sin(k * xi) * Math.cosh(k * eta))),
    ];
  };

  const degrees = ([east, north]) => {
    const xi = north / (K0 * A), eta = (east - EAST) / (K0 * A);
    const sum = (f) => BETA.reduce((total, b, j) => total + b * f(2 * (j + 1)), 0);
    const x = xi - sum((k) => Math.sin(k * xi) * Math.cosh(k * eta));
    const y = eta - sum((k) => Math.cos(k * xi) * Math.sinh(k * eta));
    const chi = Math.asin(Math.sin(x) / Math.cosh(y));
    const phi = chi + DELTA.reduce((total, d, j) => total + d * Math.sin(2 * (j + 1) * chi), 0);
    return { lat: deg(phi), lng: MERIDIAN + deg(Math.atan2(Math.sinh(y), Math.cos(x))) };
  };

  const number = (text) => Number(text.includes(",") ? text.replaceAll(".", "").replace(",", ".") : text.replace(/\.(?=\d{3}(\D|$))/g, ""));
  const written = (value) => value.toFixed(1).replace(/\.0$/, "").replace(".", ",");

  // rings: {kind: "del" | "hul", corners: [[east, north], …]}; null where the text is none yet
  const read = (text) => {
    const rings = [];
    for (const line of text.split("\n").map((one) => one.trim()).filter((one) => one && !one.startsWith("#"))) {
      if (line === "del" || line === "hul") { rings.push({ kind: line, corners: [] }); continue; }
      const corner = line.split(/\s+/).map(number);
      if (corner.length !== 2 || !corner.every(Number.isFinite) || corner[0] < 1e5 || corner[0] > 1e6 || corner[1] < 6e6 || corner[1] > 6.5e6) return null;
      if (!rings.length) rings.push({ kind: "del", corners: [] });
      rings.at(-1).corners.push(corner);
    }
    return rings;
  };
  const write = (rings) => rings.map(({ kind, corners }, i) =>
    [...(i ? [kind] : []), ...corners.map((corner) => corner.map(written).join(" "))].join("\n")).join("\n") + "\n";
  const size = ({ corners }) => Math.abs(corners.reduce((total, [x, y], i) => {
    const [u, v] = corners[(i + 1) % corners.length];
    return total + x * v - u * y;
  }, 0)) / 2;

  const draw = (tools, map) => {
    const field = document.getElementById(tools.dataset.field);
    const status = tools.querySelector("[data-size]");
    const layer = L.layerGroup().addTo(map);
    const before = [];
    const isPoint = tools.dataset.kind === "point";
    let rings = read(field.value) ?? [];
    let chosen = null;

    const changed = (act) => {
      before.push(JSON.stringify(rings));
      act();
      field.value = isPoint ? write(rings).trim() : write(rings);
      show();
    };
    const mark = (at, css, box, options) => L.marker(degrees(at), {
      icon: L.divIcon({ className: css, iconSize: [box, box], html: "" }), keyboard: false, ...options,
    }).addTo(layer);
    const halfway = ([a, b], [c, d]) => [(a + c) / 2, (b + d) / 2];
    const show = () => {
      layer.clearLayers();
      rings.forEach((ring, r) => {
        if (ring.corners.length > 1) L.polygon(ring.corners.map(degrees), { className: ring.kind === "hul" ? "drawn-hole" : "drawn-ring", interactive: false }).addTo(layer);
        ring.corners.forEach((corner, i) => {
          const isChosen = chosen?.[0] === r && chosen[1] === i;
          const one = mark(corner, `drawn-corner${isChosen ? " chosen" : ""}`, 18, { draggable: true, zIndexOffset: 1000 });
          one.on("click", () => { chosen = [r, i]; show(); });
          one.on("dragend", () => changed(() => { ring.corners[i] = metres(one.getLatLng()); chosen = [r, i]; }));
          if (ring.corners.length < 3) return;
          const next = halfway(corner, ring.corners[(i + 1) % ring.corners.length]);
          mark(next, "drawn-middle", 12).on("click", () => changed(() => { ring.corners.splice(i + 1, 0, next); chosen = [r, i + 1]; }));
        });
      });
      const n = rings.reduce((total, ring) => total + ring.corners.length, 0);
      const m2 = rings.reduce((total, ring) => total + (ring.kind === "hul" ? -1 : 1) * size(ring), 0);
      status.textContent = n ? status.dataset.size.replace("{n}", n).replace("{m2}", Math.round(m2).toLocaleString("da")) : "";
    };
    const deeds = {
      undo: () => {
        if (!before.length) return;
        rings = JSON.parse(before.pop());
        chosen = null;
        field.value = write(rings);
        show();
      },
      remove: () => chosen && changed(() => {
        rings[chosen[0]].corners.splice(chosen[1], 1);
        rings = rings.filter((ring) => ring.corners.length);
        chosen = null;
      }),
      part: () => rings.at(-1)?.corners.length && changed(() => { rings.push({ kind: "del", corners: [] }); chosen = null; }),
      clear: () => changed(() => { rings = []; chosen = null; }),
    };
    map.on("click", (event) => changed(() => {
      if (isPoint) rings = [];
      if (!rings.length) rings.push({ kind: "del", corners: [] });
      rings.at(-1).corners.push(metres(event.latlng));
      chosen = null;
    }));
    tools.addEventListener("click", (event) => deeds[event.target.closest("[data-do]")?.dataset.do]?.());
    field.addEventListener("input", () => {
      const typed = read(field.value);
      if (!typed) return;
      before.push(JSON.stringify(rings));
      rings = typed;
      chosen = null;
      show();
    });
    tools.hidden = false;
    show();
    const drawn = rings.flatMap((ring) => ring.corners.map(degrees));
    if (drawn.length) map.fitBounds(L.latLngBounds(drawn), { padding: [40, 40], maxZoom: 17, animate: false });
  };

  document.addEventListener("map-ready", (event) => {
    const tools = document.querySelector(`[data-draw="${event.target.id}"]`);
    if (tools) draw(tools, event.target.mapPanel.map);
  });
})();
