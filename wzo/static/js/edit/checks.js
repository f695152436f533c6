// Shows the checklist, and the state of each language, as the last save left them.
(() => {
  "use strict";
  const { editing } = globalThis;
  if (!editing) return;

  // Items that blocked publication and have been fixed since are ticked off above, and are no longer errors.
  const tickOff = (list) => {
    const find = (id) => document.getElementById(id);
    const open = [...list.querySelectorAll(".blocking a")].map((link) => link.hash + link.textContent);
    for (const item of document.querySelectorAll("[data-check]:not(.solved)")) {
      const link = item.querySelector("a");
      if (open.includes(link.hash + link.textContent)) continue;
      const id = decodeURIComponent(link.hash.slice(1));
      const error = find(`${id}-error`);
      error?.closest(".invalid")?.classList.remove("invalid");
      error?.remove();
      find(id)?.removeAttribute("aria-invalid");
      item.classList.add("solved");
      link.prepend("✓ ");
      if (!item.parentElement.querySelector("[data-check]:not(.solved)")) item.closest(".errors").remove();
    }
  };

  editing.showChecks = (html) => {
    const list = document.getElementById("checks");
    if (!list || list.innerHTML === html) return;
    list.innerHTML = html;
    tickOff(list);
  };

  editing.showBadges = (badges) => {
    for (const [language, html] of Object.entries(badges)) document.getElementById(`badges-${language}`).innerHTML = html;
  };
})();
