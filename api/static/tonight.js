// Tonight's page: keeps itself for when there is no network, shows itself then, makes a new plan
// from here, and checks in where the team has chosen that.
"use strict";
(() => {
  const room = document.getElementById("telefon");
  const given = document.getElementById("i-aften-data");
  const offline = room.dataset.uden === "net";
  let page = given ? JSON.parse(given.textContent) : null;

  const clock = new Intl.DateTimeFormat("da-DK", {
    timeZone: "Europe/Copenhagen", hour: "2-digit", minute: "2-digit",
  });
  const at = (moment) => clock.format(moment).replace(":", ".");
  const said = (key, values = {}) =>
    page.words[key].replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const make = (tag, text = "", more = {}) => {
    const made = document.createElement(tag);
    made.textContent = text;
    for (const [name, value] of Object.entries(more)) made.setAttribute(name, value);
    return made;
  };
  const put = (parent, ...children) => (parent.append(...children), parent);

  // --- what is kept, shown without a network -------------------------------------------------
  const showStops = () => {
    const list = make("ol", "", { class: "tonight" });
    for (const stop of page.stops) {
      const heading = put(make("h2", `${at(stop.starts)}–${at(stop.ends)} `), make("span", stop.name));
      const item = put(make("li", "", { class: "place" }), heading);
      item.append(make("p", `${stop.who}, ${stop.form}. ${stop.reason}`.trim()));
      if (stop.others) item.append(make("p", `${page.words.meanwhile} ${stop.others}`, { class: "with" }));
      list.append(item);
    }
    return list;
  };
  const showContacts = () => {
    const list = make("ul", "", { class: "plain-list contacts" });
    for (const one of page.contacts) {
      const link = make("a", one.number, { href: `tel:${one.number.replace(/[^+\d]/g, "")}` });
      list.append(put(make("li", `${one.label}: `), link));
    }
    return list;
  };

  // --- a new plan from here ------------------------------------------------------------------
  const field = (id, label, options) => {
    const select = make("select", "", { id });
    for (const [value, text] of options) select.append(make("option", text, { value }));
    return [put(make("div", "", { class: "field" }), make("label", label, { for: id }), select), select];
  };
  const planner = () => {
    const box = put(make("details", "", { class: "replan" }), make("summary", page.words.plan));
    const groups = [...new Map(page.stops.map((stop) => [stop.group, stop.who]))];
    const [whoField, who] = field("plan-hvem", page.words.who, groups);
    whoField.hidden = groups.length < 2;
    const [whereField, where] = field(
      "plan-hvor", page.words.where, page.places.map((place) => [place.code, place.name]));
    const left = make("fieldset", "", { class: "left" });
    const answer = make("div", "", { role: "status" });
    const still = () => page.stops.filter(
      (stop) => stop.group === who.value && stop.ends > Date.now());
    const refill = () => {
      left.replaceChildren(make("legend", page.words.left));
      const seen = new Set();
      for (const stop of still()) {
        if (seen.has(stop.code)) continue;
        seen.add(stop.code);
        const tick = make("input", "", { type: "checkbox", value: stop.code, checked: "" });
        left.append(put(make("label"), tick, ` ${stop.name}`));
      }
      left.hidden = !seen.size;
      const current = still().find((stop) => stop.starts <= Date.now());
      if (current) where.value = current.code;
    };
    const button = make("button", page.words.suggest, { type: "button", class: "button" });
    button.addEventListener("click", () => {
      const ticked = new Set([...left.querySelectorAll(":checked")].map((one) => one.value));
      const wanted = still().filter((stop) => ticked.has(stop.code));
      const plan = remainderPlan(
        { stops: wanted, places: page.places, here: where.value, now: Date.now() });
      const minutes = [...new Set(wanted.map((stop) => stop.stay))].join("/");
      const list = make("ol", "", { class: "suggested" });
      for (const step of plan.steps) {
        const text = `${at(step.starts)}–${at(step.ends)} ${step.stop.name}`;
        const item = put(make("li"), make("strong", text));
        if (step.stop.others) item.append(` ${said("joint", { who: step.stop.others })}`);
        list.append(item);
      }
      answer.replaceChildren(plan.steps.length ? list : make("p", said("nothing", { minutes })));
      if (plan.missed.length) {
        const names = plan.missed.map((stop) => stop.name).join(", ");
        answer.append(make("p", said("missed", { names })));
      }
      answer.append(make("p", said("rule", { minutes }), { class: "hint" }),
        put(make("p"), make("strong", page.words.only)));
    });
    who.addEventListener("change", refill);
    refill();
    return put(box, whoField, whereField, left, button, answer);
  };

  // --- on the spot, if the team wants it -----------------------------------------------------
  const inside = ([lng, lat], ring) => {
    let odd = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [x, y] = ring[i], [u, v] = ring[j];
      if (y > lat !== v > lat && lng < ((u - x) * (lat - y)) / (v - y) + x) odd = !odd;
    }
    return odd;
  };
  const checkIn = () => {
    const box = put(make("section", "", { class: "check-in" }), make("h2", page.words.checkIn));
    const answer = make("div", "", { role: "status" });
    const button = make("button", page.words.here, { type: "button", class: "button secondary" });
    const found = (position) => {
      const point = [position.coords.longitude, position.coords.latitude];
      const place = page.outlines.find(
        (one) => one.rings.filter((ring) => inside(point, ring)).length % 2);
      if (!place) return answer.replaceChildren(make("p", page.words.outside));
      const { code, name } = place, time = at(Date.now());
      const log = make("a", said("log", { name, time }), {
        href: `/aften/log#${new URLSearchParams({ hvor: code, kl: time })}`,
      });
      answer.replaceChildren(make("p", said("at", { name, time })), put(make("p"), log));
    };
    button.addEventListener("click", () => {
      const failed = () => answer.replaceChildren(make("p", page.words.noPosition));
      navigator.geolocation.getCurrentPosition(found, failed, { timeout: 20_000, maximumAge: 0 });
    });
    return put(box, make("p", page.words.privacy), button, answer);
  };

  const show = () => {
    if (!page) return;
    room.replaceChildren();
    if (offline) {
      room.append(put(make("p", `${page.evening}, ${page.area}. `, { class: "lead" }),
        make("strong", page.words.confidential)));
      room.append(make("p", said("offline", { time: at(page.saved) }), { class: "hint" }));
    }
    if (page.suspended) room.append(put(make("p", "", { class: "reminder" }), make("strong", page.words.suspended)));
    if (offline) room.append(showStops());
    if (!page.suspended) room.append(planner());
    if (page.outlines) room.append(checkIn());
    room.append(make("h2", page.words.contacts), showContacts());
    room.append(make("p", said("erased", { time: at(tonightStore.until(page)) }), { class: "hint kept-until" }));
  };
  const empty = () => {
    page = null;
    room.replaceChildren(...[...document.querySelectorAll("#telefon-tom > *")].map((one) => one.cloneNode(true)));
  };

  const erasing = async () => {
    const kept = await tonightStore.read(Date.now());
    if (kept && offline && !page) page = kept;
    if (kept && page) [page.stops, page.saved] = [kept.stops, kept.saved];
    if (!kept) return empty();
    const next = Math.min(...kept.stops.map((stop) => tonightStore.until({ stops: [stop] })));
    setTimeout(again, Math.min(Math.max(next - Date.now(), 0) + 500, 60 * 60_000));
    show();
  };
  const again = () => erasing().catch(empty);
  document.addEventListener("visibilitychange", () => document.hidden || again());

  const begin = async () => {
    if (!offline) {
      if (!page.stops.length) return void (await tonightStore.erase());
      page.saved = Date.now();
      await tonightStore.save(page, page.saved);
      navigator.serviceWorker?.register(room.dataset.arbejder, { scope: room.dataset.side })
        .catch((fault) => console.info("worker", fault.name));
    }
    await erasing();
  };
  begin().catch(() => (offline ? empty() : show()));
  if (offline) window.addEventListener("online", () => location.reload());
})();
