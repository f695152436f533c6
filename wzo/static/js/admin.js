// Enhancements of every page of the panel. Everything works without them.
(() => {
  "use strict";

  // Move the focus to new content once, such as the errors of a form, so that it is seen and read out.
  const focusNew = () => {
    const target = document.querySelector("[data-focus]");
    if (!target) return;
    target.removeAttribute("data-focus");
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  };
  focusNew();
  document.addEventListener("htmx:after:swap", focusNew);

  // Ask before leaving a form with unsaved changes. Forms that save automatically ask themselves (edit/saving.js).
  const changed = new Set();
  document.addEventListener("input", ({ target }) => {
    if (target.form?.matches("[data-guard]")) changed.add(target.form);
  });
  document.addEventListener("submit", ({ target }) => changed.delete(target));
  addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) event.preventDefault();
  });

  // Shortcuts are attributes of buttons, links and fields: aria-keyshortcuts="Control+S"; or data-keys="g s", single
  // letters, which work outside fields only and can be switched off.
  const dialog = document.getElementById("shortcuts");
  if (!dialog || !document.querySelector("[aria-keyshortcuts], [data-keys]")) return;
  const command = /mac|iphone|ipad/i.test(navigator.platform) ? "⌘" : dialog.dataset.control;
  const format = (keys) => keys.replace("Control", command).replaceAll("+", " + ");
  const keysOf = (element) => element.getAttribute("aria-keyshortcuts") ?? element.dataset.keys;
  const nameOf = (element) =>
    (element.dataset.name ?? element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent).trim();

  const withStorage = (use) => {
    try {
      return use(localStorage);
    } catch {
      return null; // If the browser stores nothing, letters are on.
    }
  };
  const lettersAreOn = () => withStorage((storage) => storage.getItem("shortcuts")) !== "off";

  const activate = (element) => {
    if (element.matches("input, textarea, select")) element.focus();
    else element.click();
  };

  // The Latin letter of a key; on other keyboards it is determined by the key's position.
  const letterOf = ({ key, code }) => (/^[a-z]$/i.test(key) ? key : code.replace(/^(?:Key|Digit)/, "")).toUpperCase();
  const keysPressed = (event) =>
    [(event.ctrlKey || event.metaKey) && "Control", event.altKey && "Alt", event.shiftKey && "Shift", letterOf(event)]
      .filter(Boolean)
      .join("+");

  // The element with a shortcut: that of the focused field's toolbar, else one outside toolbars.
  const elementFor = (keys, focused) => {
    const found = [...document.querySelectorAll(`[aria-keyshortcuts="${keys}"]`)];
    const toolbar = ({ parentElement }) => parentElement.closest("[aria-controls]");
    const isFocused = (it) => toolbar(it)?.getAttribute("aria-controls") === focused?.id;
    return found.find(isFocused) ?? found.find((it) => !toolbar(it));
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
        const description = document.createElement("dd");
        key.textContent = format(keys);
        description.textContent = name;
        term.append(key);
        row.append(term, description);
        return row;
      }),
    );
    dialog.querySelector("input").checked = lettersAreOn();
    dialog.showModal();
  };

  // Letters can be typed in sequences: the first one is remembered for a moment.
  let prefix = "";
  let timer;
  const typeLetter = (key) => {
    if (key === "?") return open();
    const keys = prefix ? `${prefix} ${key}` : key;
    prefix = "";
    clearTimeout(timer);
    const all = [...document.querySelectorAll("[data-keys]")];
    const target = all.find((it) => it.dataset.keys === keys);
    if (target) return activate(target);
    if (all.some((it) => it.dataset.keys.startsWith(`${keys} `))) {
      prefix = keys;
      timer = setTimeout(() => (prefix = ""), 1500);
    }
    return null;
  };

  document.addEventListener("keydown", (event) => {
    // AltGr types characters on many keyboards, and reports Control and Alt.
    if (event.defaultPrevented || event.isComposing || event.getModifierState("AltGraph")) return;
    const keys = keysPressed(event);
    const focused = document.activeElement;
    if (/^(?:Control|Alt)/.test(keys)) {
      const element = elementFor(keys, focused);
      if (!element || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      activate(element);
    } else if (lettersAreOn() && !focused.closest("input, textarea, select, [role=toolbar], dialog")) {
      typeLetter(event.key === "?" ? "?" : letterOf(event).toLowerCase());
    }
  });

  const opener = document.getElementById("open-shortcuts");
  opener.hidden = false;
  opener.addEventListener("click", open);
  dialog.querySelector("input").addEventListener("change", ({ target }) => {
    withStorage((storage) => (target.checked ? storage.removeItem("shortcuts") : storage.setItem("shortcuts", "off")));
  });

  // Buttons show their shortcuts in their titles.
  globalThis.addShortcutTitles = (container) => {
    for (const element of container.querySelectorAll("button[aria-keyshortcuts], summary[aria-keyshortcuts]")) {
      element.title = `${nameOf(element)} (${format(keysOf(element))})`;
    }
  };
  globalThis.addShortcutTitles(document);
})();
