// A new plan from here: what is left of tonight's places, in another order. A plain rule: most
// needed first (red, yellow, green), then the nearest, each for as long as a visit of its kind is meant to be. Nothing is written.
"use strict";
self.remainderPlan = ({ stops, places, here, now }) => {
  const METRES_A_MINUTE = 75, DETOUR = 1.3;
  const RANK = { red: 0, yellow: 1, green: 2 };
  const known = new Map(places.map((place) => [place.code, place]));
  const walk = (from, to) => {
    if (!from || !to) return 0;
    const metres = Math.hypot(from.x - to.x, from.y - to.y) * DETOUR;
    return Math.ceil(metres / METRES_A_MINUTE) * 60_000;
  };
  const left = new Map();
  for (const stop of [...stops].sort((one, other) => one.starts - other.starts)) {
    if (stop.ends > now && !left.has(stop.code)) left.set(stop.code, stop);
  }
  const end = Math.max(now, ...stops.map((stop) => stop.ends));
  const steps = [], missed = [];
  let at = known.get(here), time = now;
  while (left.size) {
    const [next] = [...left.values()].sort((one, other) =>
      RANK[one.level] - RANK[other.level]
      || walk(at, known.get(one.code)) - walk(at, known.get(other.code))
      || one.starts - other.starts);
    left.delete(next.code);
    const starts = time + walk(at, known.get(next.code));
    const ends = starts + next.stay * 60_000;
    if (ends > end) {
      missed.push(next);
      continue;
    }
    steps.push({ stop: next, starts, ends });
    [at, time] = [known.get(next.code), ends];
  }
  return { steps, missed };
};
