// Unsaved changes, stored in the browser: for each edit session its fields. Those of an earlier session are offered again.
(() => {
  "use strict";
  const { form, key, editSession, visibleField, read, write, normalize, labelOf, saved, dirty, baseOf, setBase } =
    globalThis.editing ?? {};
  if (!form) return;

  const readBuffer = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? {};
    } catch {
      return {};
    }
  };
  const writeBuffer = (all) => {
    try {
      if (Object.keys(all).length > 0) localStorage.setItem(key, JSON.stringify(all));
      else localStorage.removeItem(key);
    } catch {
      // If the browser stores nothing, or its storage is full, the server still has every save.
    }
  };
  const forget = (id) => {
    const all = readBuffer();
    delete all[id];
    writeBuffer(all);
  };
  const storeDirty = () => {
    const all = readBuffer();
    delete all[editSession];
    if (dirty.size > 0) {
      const fields = Object.fromEntries([...dirty].map((name) => [name, { values: read(name), base: baseOf(name) }]));
      all[editSession] = { time: new Date().toISOString(), fields };
    }
    writeBuffer(all);
  };

  const offer = (id, time, fields, restored) => {
    const box = document.getElementById("unsaved-changes").content.cloneNode(true).firstElementChild;
    const when = new Date(time);
    const today = when.toDateString() === new Date().toDateString();
    const formatted = when.toLocaleString(document.documentElement.lang, {
      timeStyle: "short",
      ...(today ? {} : { dateStyle: "medium" }),
    });
    const message = box.querySelector("[data-when]");
    message.textContent = message.textContent.replace("{time}", formatted);
    const listItem = (name) => Object.assign(document.createElement("li"), { textContent: labelOf(name) });
    box.querySelector("ul").replaceChildren(...Object.keys(fields).map(listItem));
    const close = () => {
      forget(id);
      box.remove();
    };
    box.querySelector("[data-restore]").addEventListener("click", () => {
      for (const [name, { values, base }] of Object.entries(fields)) {
        write(name, values);
        setBase(name, base);
        restored(name);
      }
      storeDirty();
      close();
      visibleField(Object.keys(fields)[0]).focus();
    });
    box.querySelector("[data-discard]").addEventListener("click", () => {
      close();
      form.querySelector("input:not([type=hidden]), textarea")?.focus();
    });
    document.getElementById("unsaved").append(box);
  };

  const find = (id, restored) => {
    const entry = readBuffer()[id];
    if (!entry) return;
    const unsaved = Object.entries(entry.fields).filter(
      ([name, { values }]) => saved.has(name) && normalize(values).trim() !== normalize(saved.get(name)).trim(),
    );
    if (unsaved.length > 0) offer(id, entry.time, Object.fromEntries(unsaved), restored);
    else forget(id);
  };
  // Each tab holds a lock of its own, so a request for it is granted once that tab is closed: those of tabs that are still
  // open are left to them.
  const lock = (id, granted) => (navigator.locks ? navigator.locks.request(`${key}-${id}`, granted) : granted());
  // Offers the changes of earlier sessions; `restored` gets the name of each field that is restored.
  const offerUnsaved = (restored) => {
    for (const id of Object.keys(readBuffer())) if (id !== editSession) lock(id, () => find(id, restored));
    lock(editSession, () => new Promise(() => {}));
  };

  globalThis.editing.buffer = { storeDirty, offerUnsaved };
})();
