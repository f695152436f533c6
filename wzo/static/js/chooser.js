// An ordered multi-object chooser; progressively enhances a <textarea> with one object per line:
// <fieldset data-chooser="{URL of suggestions}" data-at-most="4">.
//
// The textarea is hidden, and saved; a list shows its lines, with buttons, and a search field adds to them.
(() => {
  "use strict";
  const SEARCH_DELAY = 250; // milliseconds

  const button = (text, name, className = "button small quiet") => {
    const it = Object.assign(document.createElement("button"), { type: "button", className, textContent: text });
    if (name) it.setAttribute("aria-label", name);
    return it;
  };

  const setUp = (field) => {
    const { up, down, remove, search, full, chooser, atMost } = field.dataset;
    const area = field.querySelector("textarea");
    const typed = area.closest("[data-lines]");
    const list = Object.assign(document.createElement("ol"), { className: "chosen" });
    const label = Object.assign(document.createElement("label"), { textContent: search, htmlFor: `${area.id}-search` });
    const input = Object.assign(document.createElement("input"), { type: "search", id: label.htmlFor, autocomplete: "off" });
    const found = Object.assign(document.createElement("ul"), { className: "suggestions" });
    const status = Object.assign(document.createElement("p"), { className: "hint", role: "status" });
    const finder = document.createElement("div");
    finder.append(label, input, found);
    typed.hidden = true;
    typed.after(list, finder, status);

    const lines = () => area.value.split("\n").filter((line) => line.trim());
    const write = (changed) => {
      area.value = changed.join("\n");
      area.dispatchEvent(new Event("input", { bubbles: true }));
      show();
    };
    const move = (from, to) => {
      const changed = lines();
      changed.splice(to, 0, ...changed.splice(from, 1));
      write(changed);
      const buttons = [...list.children[to].querySelectorAll("button")];
      (buttons.find((it) => it.dataset.step === String(to - from)) ?? buttons[0]).focus();
    };
    const row = (line, index, { length }) => {
      const item = document.createElement("li");
      const title = line.replace(/ \(№ \d+\)$/, "");
      const steps = [
        [-1, "↑", up],
        [1, "↓", down],
      ].filter(([step]) => index + step >= 0 && index + step < length);
      const buttons = steps.map(([step, sign, name]) => {
        const it = button(sign, `${name}: ${title}`);
        it.dataset.step = step;
        it.addEventListener("click", () => move(index, index + step));
        return it;
      });
      const drop = button("×", `${remove}: ${title}`);
      drop.addEventListener("click", () => {
        write(lines().filter((_, other) => other !== index));
        input.focus();
      });
      const actions = Object.assign(document.createElement("span"), { className: "actions" });
      actions.append(...buttons, drop);
      item.append(Object.assign(document.createElement("span"), { textContent: title }), actions);
      return item;
    };
    function show() {
      list.replaceChildren(...lines().map(row));
      const isFull = lines().length >= Number(atMost);
      finder.hidden = isFull;
      status.textContent = isFull ? full : "";
    }

    let timer;
    let request = new AbortController();
    const find = async () => {
      request.abort();
      request = new AbortController();
      const words = input.value.trim();
      if (!words) return found.replaceChildren();
      const response = await fetch(`${chooser}&${new URLSearchParams({ q: words })}`, request);
      if (response.ok) found.innerHTML = await response.text();
    };
    const findSoon = (delay) => {
      clearTimeout(timer);
      timer = setTimeout(() => find().catch(() => {}), delay);
    };
    input.addEventListener("input", () => findSoon(SEARCH_DELAY));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // It would send the form.
      findSoon(0);
    });
    found.addEventListener("click", ({ target }) => {
      const { line } = target.closest("[data-line]")?.dataset ?? {};
      if (!line) return;
      input.value = "";
      found.replaceChildren();
      write([...new Set([...lines(), line])]);
      if (!finder.hidden) input.focus();
      else list.querySelector("button")?.focus();
    });
    // Sent by edit/fields.js when a script has changed the value, which fires no "input".
    area.addEventListener("valuechanged", show);
    show();
  };

  document.querySelectorAll("[data-chooser]").forEach(setUp);
})();
