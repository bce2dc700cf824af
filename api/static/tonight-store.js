// Tonight's page on this phone: kept in the browser's own database, and erased 12 hours after
// each of its slots. Runs in pages and in the worker of the page without a network.
"use strict";
self.tonightStore = (() => {
  const NAME = "i-aften", ROOM = "page", KEY = "tonight";
  const KEPT_MS = 12 * 60 * 60 * 1000;
  const WORKER_SCOPE = "/aften/i-aften";

  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = () => failed(request.error);
  });
  const exists = async () => {
    if (!self.indexedDB) return false;
    if (!indexedDB.databases) return true;
    return (await indexedDB.databases()).some((one) => one.name === NAME);
  };
  const within = async (mode, act) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(ROOM);
    const database = await asked(request);
    database.onversionchange = () => database.close();
    try {
      return await asked(act(database.transaction(ROOM, mode).objectStore(ROOM)));
    } finally {
      database.close();
    }
  };

  const lasts = (slot, now) => slot.ends + KEPT_MS > now;
  const until = (page) => Math.max(...page.stops.map((slot) => slot.ends)) + KEPT_MS;
  const erase = async () => {
    if (await exists()) await asked(indexedDB.deleteDatabase(NAME));
  };
  const save = async (page, now) => {
    const stops = page.stops.filter((slot) => lasts(slot, now));
    if (!stops.length) return void (await erase());
    await within("readwrite", (room) => room.put({ ...page, stops }, KEY));
  };
  // What is due goes before anything is shown.
  const read = async (now) => {
    if (!(await exists())) return null;
    const page = await within("readonly", (room) => room.get(KEY));
    if (!page || !page.stops.some((slot) => lasts(slot, now))) {
      await erase();
      return null;
    }
    if (!page.stops.every((slot) => lasts(slot, now))) await save(page, now);
    return { ...page, stops: page.stops.filter((slot) => lasts(slot, now)) };
  };
  const leave = async () => {
    await erase();
    for (const name of (await self.caches?.keys()) ?? []) {
      if (name.startsWith("tonight-")) await caches.delete(name);
    }
    for (const one of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
      if (new URL(one.scope).pathname === WORKER_SCOPE) await one.unregister();
    }
  };
  return { save, read, erase, leave, until };
})();

if (self.document) {
  // Whoever signs out, or meets the sign-in page, leaves nothing behind; the answer of a sign-out
  // tells the browser the same (Clear-Site-Data). On all other pages, what is due goes.
  const quietly = (work) => work.catch((fault) => console.info("tonight", fault.name));
  if (document.querySelector('input[name="password"]')) quietly(tonightStore.leave());
  else quietly(tonightStore.read(Date.now()));
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action).pathname !== "/log-ud" || event.target.dataset.left) return;
    event.preventDefault();
    event.target.dataset.left = "yes";
    const slow = new Promise((done) => setTimeout(done, 1500));
    Promise.race([quietly(tonightStore.leave()), slow]).then(() => event.target.submit());
  });
}
