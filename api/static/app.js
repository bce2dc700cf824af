// What a page can do besides links and forms. Everything here is an extra: without a script
// dialogs are pages, progress is a link, and menus open by themselves.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");

  // htmx: our token with every request to ourselves
  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token;
  });

  // Menus: Escape and a click elsewhere close them
  const openMenus = () => [...document.querySelectorAll("details.menu[open]")];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;

    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      dialog.showModal();
      dialog.addEventListener("close", () => opener.focus(), { once: true });
    }
    if (event.target.closest("[data-print]")) window.print();
  });

  // Long work: server-sent events move the bar; the last one leads on
  const follow = (job) => {
    const bar = job.querySelector("progress");
    const say = (text) => {
      const place = job.querySelector(".job-text");
      if (text && place.textContent !== text) place.textContent = text;
    };
    const source = new EventSource(job.dataset.events);
    const finish = (text) => {
      source.close();
      job.classList.add("over");
      say(text);
    };
    source.addEventListener("progress", (event) => {
      const told = JSON.parse(event.data);
      if (told.total) [bar.max, bar.value] = [told.total, told.done];
      say(told.text);
    });
    source.addEventListener("done", (event) => {
      const told = JSON.parse(event.data);
      [bar.max, bar.value] = [1, 1];
      finish(told.text);
      if (told.href && told.href.startsWith("/") && !told.href.startsWith("//")) location.assign(told.href);
    });
    source.addEventListener("failed", (event) => finish(JSON.parse(event.data).text));
    window.addEventListener("pagehide", () => source.close(), { once: true });
  };

  const dress = (root) => {
    root.querySelectorAll("[data-events]:not([data-followed])").forEach((job) => {
      job.dataset.followed = "";
      follow(job);
    });
  };
  document.addEventListener("htmx:after:swap", () => dress(document));
  dress(document);
  // what went wrong is read first
  document.querySelector("[data-focus]")?.focus();
})();
