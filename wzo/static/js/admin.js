// What every page of the panel does with JavaScript. Everything works without it.
(() => {
  "use strict";

  // What is new is read out and seen, once: the errors of a form.
  const focusNew = () => {
    const wanted = document.querySelector("[data-focus]");
    if (!wanted) return;
    wanted.removeAttribute("data-focus");
    wanted.focus({ preventScroll: true });
    wanted.scrollIntoView({ block: "start" });
  };
  focusNew();
  document.addEventListener("htmx:after:swap", focusNew);

  // Nobody leaves a half-filled form by mistake. What saves itself asks by itself (autosave.js).
  const changed = new Set();
  document.addEventListener("input", ({ target }) => {
    if (target.form?.matches("[data-guard]")) changed.add(target.form);
  });
  document.addEventListener("submit", ({ target }) => changed.delete(target));
  addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) event.preventDefault();
  });

  // Shortcuts stand on what they do: aria-keyshortcuts="Control+S" on a button, a link or a field; data-keys="g s", single
  // letters, which act outside of fields alone and can be switched off.
  const dialog = document.getElementById("shortcuts");
  if (!dialog || !document.querySelector("[aria-keyshortcuts], [data-keys]")) return;
  const command = /mac|iphone|ipad/i.test(navigator.platform) ? "⌘" : dialog.dataset.control;
  const shown = (keys) => keys.replace("Control", command).replaceAll("+", " + ");
  const keysOf = (element) => element.getAttribute("aria-keyshortcuts") ?? element.dataset.keys;
  const nameOf = (element) =>
    (element.dataset.name ?? element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent).trim();

  const storage = (act) => {
    try {
      return act(localStorage);
    } catch {
      return null; // Where the browser stores nothing, letters act.
    }
  };
  const lettersAct = () => storage((kept) => kept.getItem("shortcuts")) !== "off";

  const act = (element) => {
    if (element.matches("input, textarea, select")) element.focus();
    else element.click();
  };

  // The key by what is printed on it in Latin; a Russian keyboard is known by the key's place.
  const letterOf = ({ key, code }) => (/^[a-z]$/i.test(key) ? key : code.replace(/^(?:Key|Digit)/, "")).toUpperCase();
  const pressed = (event) =>
    [(event.ctrlKey || event.metaKey) && "Control", event.altKey && "Alt", event.shiftKey && "Shift", letterOf(event)]
      .filter(Boolean)
      .join("+");

  const meant = (keys, focused) => {
    const found = [...document.querySelectorAll(`[aria-keyshortcuts="${keys}"]`)];
    const own = ({ parentElement }) => parentElement.closest("[aria-controls]");
    return found.find((it) => own(it)?.getAttribute("aria-controls") === focused?.id) ?? found.find((it) => !own(it));
  };

  const open = () => {
    const list = dialog.querySelector("dl");
    const rows = new Map();
    for (const element of document.querySelectorAll("[aria-keyshortcuts], [data-keys]")) {
      if (!rows.has(keysOf(element))) rows.set(keysOf(element), nameOf(element));
    }
    list.replaceChildren(
      ...[...rows, ["?", dialog.getAttribute("aria-label")]].map(([keys, name]) => {
        const row = document.createElement("div");
        const term = document.createElement("dt");
        const key = document.createElement("kbd");
        const does = document.createElement("dd");
        key.textContent = shown(keys);
        does.textContent = name;
        term.append(key);
        row.append(term, does);
        return row;
      }),
    );
    dialog.querySelector("input").checked = lettersAct();
    dialog.showModal();
  };

  let first = "";
  let timer;
  const letter = (key) => {
    if (key === "?") return open();
    const keys = first ? `${first} ${key}` : key;
    first = "";
    clearTimeout(timer);
    const all = [...document.querySelectorAll("[data-keys]")];
    const wanted = all.find((it) => it.dataset.keys === keys);
    if (wanted) return act(wanted);
    if (all.some((it) => it.dataset.keys.startsWith(`${keys} `))) {
      first = keys;
      timer = setTimeout(() => (first = ""), 1500);
    }
    return null;
  };

  document.addEventListener("keydown", (event) => {
    // The right Alt of many keyboards writes letters, and says that it is Control and Alt.
    if (event.defaultPrevented || event.isComposing || event.getModifierState("AltGraph")) return;
    const keys = pressed(event);
    const focused = document.activeElement;
    if (/^(?:Control|Alt)/.test(keys)) {
      const element = meant(keys, focused);
      if (!element || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      act(element);
    } else if (lettersAct() && !focused.closest("input, textarea, select, [role=toolbar], dialog")) {
      letter(event.key === "?" ? "?" : letterOf(event).toLowerCase());
    }
  });

  const opener = document.getElementById("open-shortcuts");
  opener.hidden = false;
  opener.addEventListener("click", open);
  dialog.querySelector("input").addEventListener("change", ({ target }) => {
    storage((kept) => (target.checked ? kept.removeItem("shortcuts") : kept.setItem("shortcuts", "off")));
  });

  // What a button does by keyboard is in its title.
  globalThis.nameShortcuts = (within) => {
    for (const element of within.querySelectorAll("button[aria-keyshortcuts], summary[aria-keyshortcuts]")) {
      element.title = `${nameOf(element)} (${shown(keysOf(element))})`;
    }
  };
  globalThis.nameShortcuts(document);
})();
