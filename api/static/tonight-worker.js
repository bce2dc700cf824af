// The worker of tonight's page. Without a network it answers with a page that holds nothing, and
// that page's script shows what the browser's own database has. Nothing else is kept: styles and
// scripts of ours, and that empty page. SETUP is written before this by the server.
"use strict";
importScripts(SETUP.store);
const CACHE = `tonight-${SETUP.version}`;
const KEPT = new Set([...SETUP.files, SETUP.shell]);
const eraseOld = () => tonightStore.read(Date.now()).catch(() => null);

self.addEventListener("install", (event) => {
  const fresh = [...KEPT].map((url) => new Request(url, { credentials: "omit", cache: "reload" }));
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()),
  );
});
self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("tonight-") && name !== CACHE;
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(eraseOld)
      .then(() => self.clients.claim()),
  );
});

const kept = async (path) => (await caches.open(CACHE)).match(path);
const page = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await kept(SETUP.shell)) ?? Response.error();
  }
};
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.waitUntil(eraseOld());
    if (pathname === SETUP.page) event.respondWith(page(request));
  } else if (SETUP.files.includes(pathname)) {
    event.respondWith(kept(pathname).then((found) => found ?? fetch(request)));
  }
});
