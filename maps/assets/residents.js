"use strict";
// The notice board: choose an area in the list or on the map and read its figures.
(() => {
  const { el, layers } = atlas;
  const data = atlas.read();
  const { map, refresh } = atlas.start(data.bounds);
  const panel = document.getElementById("panel");
  const list = document.getElementById("area");
  const rows = [...document.querySelectorAll("#share-table tbody tr, #count-table tbody tr")];

  const onPaper = document.querySelector(".paper-map"); // what is printed shows the same
  let shade = data.shades[0];

  const css = (level) => (level > 0 ? "k" + level : level === 0 ? "hatched" : "plain");
  const tipOf = (area, i) => {
    if (data.surveyed) return area.hidden ? area.share : `${area.share} (${area.interval}), ${area.n} svar`;
    return shade.name && `${shade.name}: ${shade.labels[i] || "skjult"}`;
  };
  const paint = (k) => {
    shade = data.shades[k];
    data.areas.forEach((area, i) => {
      const pointed = layers.areas[i].getElement().classList.contains("pointed") ? " pointed" : "";
      layers.areas[i].getElement().setAttribute("class", `shade leaflet-interactive ${css(shade.levels[i])}${pointed}`);
      const node = atlas.fill(layers.area_names[i], shade.labels[i], el("span", { class: "near-name" }, area.name));
      node.dataset.rank = 1;
      for (let level = 1; level <= 5; level++) node.classList.toggle("on-k" + level, level === shade.levels[i]);
      onPaper.querySelectorAll("path.shade")[i].setAttribute("class", `shade ${css(shade.levels[i])}`);
      onPaper.querySelectorAll("text")[i].textContent = shade.labels[i];
    });
    for (const legend of document.querySelectorAll("[data-shade]")) legend.classList.toggle("gone", legend.dataset.shade !== String(k));
    if (shade.name) document.getElementById("shade-name").textContent = shade.name;
  };
  paint(0);
  data.areas.forEach((area, i) => {
    layers.areas[i].bindTooltip(() => el("div", {}, el("b", {}, area.name), el("span", {}, tipOf(area, i))), { sticky: true, className: "tip" });
    layers.areas[i].getElement().setAttribute("tabindex", "-1"); // the list is the way for keyboards
    layers.areas[i].on("click", () => choose(i));
  });

  atlas.names("bydel_names", data.bydele, 3);

  atlas.baseNames(data.base_names);

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
    const answered = `${data.areas.filter((a) => !a.hidden).length} af ${data.areas.length} områder har svar nok til at blive vist.`;
    if (!area) return atlas.put(panel, el("p", { class: "empty" }, `Vælg i listen, eller peg på kortet. ${data.surveyed ? answered : ""}`));
    return atlas.put(panel,
      el("h3", { class: "area-title" }, area.name),
      data.surveyed && (area.hidden ? el("p", {}, "Her er " + area.share + ". Det siger intet om området.") : figures(area)),
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

  document.getElementById("shade")?.addEventListener("change", (event) => {
    paint(Number(event.target.value));
    refresh();
  });
  list.addEventListener("change", () => choose(list.value === "" ? null : Number(list.value)));
  const kept = atlas.choice("omraade");
  choose(kept !== null && data.areas[kept] ? Number(kept) : null);
})();
