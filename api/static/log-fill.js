// What a check-in on the spot found is filled into the log's form; the part of an address after
// the # is never sent, so nothing is stored until the team saves.
"use strict";
(() => {
  const told = new URLSearchParams(location.hash.slice(1));
  const fill = (name) => {
    const field = document.querySelector(`form [name="${name}"]`);
    if (field && told.has(name)) field.value = told.get(name);
  };
  fill("hvor");
  fill("kl");
})();
