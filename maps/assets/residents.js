"use strict";
// The notice board: choose an area in the list or on the map and read its figures.
(() => {
  const { el, layers } = atlas;
  const data = atlas.read();
  const { map, refresh } = atlas.start(data.bounds);
  const panel = document.getElementById("panel");
  const list = document.getElementById("area");
  const rows = [...document.querySelectorAll("#share-table tbody tr, #count-table tbody tr")];

  data.areas.forEach((area, i) => {
    layers.areas[i].getElement().setAttribute("class", `shade leaflet-interactive ${area.hidden ? "hatched" : "k" + area.level}`);
    atlas.tip(layers.areas[i], area.name, area.hidden ? area.share : `${area.share} (${area.interval}), ${area.n} svar`);
    layers.areas[i].on("click", () => choose(i));
    const node = atlas.fill(layers.area_names[i], area.label, el("span", { class: "near-name" }, area.name));
    node.dataset.rank = 1;
    if (!area.hidden) node.classList.add("on-k" + area.level);
  });

  atlas.names("bydel_names", data.bydele, 3);

  const figures = (area) => {
    const lines = [
      el("p", { class: "big" }, area.share),
      el("p", {}, `${data.measure}. Usikkerhed ${area.interval}, ${area.n} svar.`),
    ];
    if (area.before) lines.push(el("p", {}, `Før: ${area.before}. ` + (area.change === "kan være tilfældig" ? "Forskellen kan være tilfældig." : area.change ? `Andelen er ${area.change}.` : "")));
    return lines;
  };

  const story = (i) => {
    const area = data.areas[i];
    if (!area) return atlas.put(panel, el("p", { class: "empty" }, `Vælg i listen, eller peg på kortet. ${data.areas.filter((a) => !a.hidden).length} af ${data.areas.length} områder har svar nok til at blive vist.`));
    return atlas.put(panel,
      el("h3", { class: "area-title" }, area.name),
      area.hidden ? el("p", {}, "Her er " + area.share + ". Det siger intet om området.") : figures(area),
      area.counts.length > 0 && el("h4", {}, "Anmeldelser"),
      area.counts.length > 0 && el("dl", { class: "counts" }, area.counts.map((text, k) => el("div", {}, el("dt", {}, data.types[k]), el("dd", {}, text)))));
  };

  const choose = (i) => {
    list.value = i === null ? "" : String(i);
    layers.areas.forEach((layer, k) => layer.getElement().classList.toggle("pointed", k === i));
    rows.forEach((row) => row.classList.toggle("pointed", row.dataset.key === String(i)));
    if (i !== null) {
      layers.areas[i].bringToFront();
      map.panInside(layers.areas[i].getBounds().getCenter(), { padding: [40, 40], animate: false });
      atlas.keepChoice("omraade", i);
    }
    story(i);
    refresh();
  };

  list.addEventListener("change", () => choose(list.value === "" ? null : Number(list.value)));
  const kept = atlas.choice("omraade");
  choose(kept !== null && data.areas[kept] ? Number(kept) : null);
})();
