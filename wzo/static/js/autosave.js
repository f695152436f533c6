// Saves a form automatically, field by field, and stores in the browser what has not reached the server yet.
//
// <form id="edit" data-autosave="…" data-buffer="…"> has fields named <locale>.<field>, and for each locale the id of the
// revision that it shows, base.<locale>. A field that shows an older revision than its locale has a base of its own.
(() => {
  "use strict";
  const form = document.getElementById("edit");
  if (!form?.dataset.autosave) return;

  // Milliseconds from the last change to the next save.
  const SAVE_DELAY = 2000;
  // Milliseconds from the first unsaved change to the next save, at most.
  const MAX_SAVE_DELAY = 4000;
  // Milliseconds from a change to its storage in the browser.
  const STORE_DELAY = 500;
  // Milliseconds between two attempts to save, at most.
  const MAX_RETRY_DELAY = 30_000;
  // Bytes that a browser still sends when its page is closed.
  const MAX_KEEPALIVE = 60_000;
  // Characters from which on a text is sent as a patch, and those of a change that is sent at once, because it might be
  // more than MAX_KEEPALIVE.
  const MIN_PATCHED = 1000;
  const MAX_DELAYED = 8000;
  // Milliseconds between two reports that the page is open, and how long one does so after its editor's last action.
  const PRESENCE_INTERVAL = 30_000;
  const MAX_INACTIVE = 300_000;
  const key = form.dataset.buffer;
  const editSession = form.elements.edit_session.value;

  // Fields: their values, the values that the server has, and the revisions on which they are based.

  const localeOf = (name) => name.slice(0, name.indexOf("."));
  const fieldsOf = (name) => [...form.elements].filter((field) => field.name === name);
  const visibleField = (name) => fieldsOf(name).find(({ type }) => type !== "hidden");
  const isCheckable = ({ type }) => type === "checkbox" || type === "radio";
  const read = (name) =>
    fieldsOf(name).flatMap((field) => {
      if (field.selectedOptions) return [...field.selectedOptions].map(({ value }) => value);
      return isCheckable(field) && !field.checked ? [] : [field.value];
    });
  const original = (name) =>
    fieldsOf(name).flatMap((field) => {
      if (field.options) {
        const chosen = [...field.options].filter((option) => option.defaultSelected);
        return (chosen.length > 0 || field.multiple ? chosen : [...field.options].slice(0, 1)).map(({ value }) => value);
      }
      return isCheckable(field) ? (field.defaultChecked ? [field.value] : []) : [field.defaultValue];
    });
  const write = (name, values) => {
    const keys = values.flatMap((value) => value.split(" "));
    for (const field of fieldsOf(name)) {
      if (field.type === "hidden") continue; // It marks that the checkboxes after it were on the page.
      if (field.options) for (const option of field.options) option.selected = values.includes(option.value);
      else if (isCheckable(field)) field.checked = keys.includes(field.value);
      else {
        const { selectionStart, selectionEnd } = field;
        field.value = values[0] ?? "";
        if (field === document.activeElement && selectionStart !== null) field.setSelectionRange(selectionStart, selectionEnd);
      }
      field.dispatchEvent(new CustomEvent("written", { bubbles: true }));
    }
  };
  const normalize = (values) => values.join("\n").replace(/\r\n?/g, "\n");
  // The label of a field that exists in each language includes the language.
  const labelOf = (name) => visibleField(name).labels?.[0]?.textContent.replace(/\s+/g, " ").trim() ?? name;

  const isAutosaved = ({ name, type }) =>
    Boolean(name && form.elements[`base.${localeOf(name)}`]) && !["submit", "button", "file"].includes(type);
  const saved = new Map([...form.elements].filter(isAutosaved).filter(({ name }) => visibleField(name)).map(({ name }) => [name, original(name)]));
  const dirty = new Set();
  const baseOf = (name) => form.elements[`base.${name}`]?.value ?? form.elements[`base.${localeOf(name)}`]?.value;

  // The text that the server has in a field's base revision. Patches are made for it.
  const bases = new Map([...saved].map(([name, values]) => [name, { id: baseOf(name), text: normalize(values) }]));
  const updateBases = () => {
    for (const [name, values] of saved) {
      if (bases.get(name)?.id !== baseOf(name)) bases.set(name, { id: baseOf(name), text: normalize(values) });
    }
  };

  // zlib's CRC-32 of a text in UTF-8. Unlike those of crypto.subtle it is there at once, even while the page is closed.
  const crc32 = (text) => {
    let sum = -1;
    for (const byte of new TextEncoder().encode(text)) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
    }
    return ~sum >>> 0;
  };
  // What changed between two texts, in code points: [start, end, new text].
  const replacement = (before, after) => {
    const [a, b] = [[...before], [...after]];
    const shorter = Math.min(a.length, b.length);
    let start = 0;
    while (start < shorter && a[start] === b[start]) start += 1;
    let same = 0;
    while (same < shorter - start && a[a.length - 1 - same] === b[b.length - 1 - same]) same += 1;
    return [start, a.length - same, b.slice(start, b.length - same).join("")];
  };
  // Replace parts of a text, given in code points and from its start to its end.
  const replaceParts = (text, parts) => {
    const points = [...text];
    for (const [start, end, inserted] of parts.toReversed()) points.splice(start, end - start, inserted);
    return points.join("");
  };
  // Show what the server has made of a text that was sent. False if it was changed just there meanwhile.
  const showParts = (name, sent, parts) => {
    const field = visibleField(name);
    const now = normalize(read(name));
    const [start, end, inserted] = now === sent ? [Infinity, Infinity, ""] : replacement(sent, now);
    if (parts.some((part) => part[0] < end && part[1] > start)) return false;
    const shift = [...inserted].length - (end - start);
    const moved = parts.map(([from, to, text]) => (from >= end ? [from + shift, to + shift, text] : [from, to, text]));
    // The caret stays at its letter.
    const { scrollTop, value } = field;
    const places = [field.selectionStart, field.selectionEnd].map((units) => {
      const place = [...value.slice(0, units)].length;
      const before = moved.filter(([, to]) => to <= place);
      return before.reduce((sum, [from, to, text]) => sum + [...text].length - (to - from), place);
    });
    field.value = replaceParts(value, moved);
    const points = [...field.value];
    if (field === document.activeElement) field.setSelectionRange(...places.map((it) => points.slice(0, it).join("").length));
    field.scrollTop = scrollTop;
    field.dispatchEvent(new CustomEvent("written", { bubbles: true }));
    return true;
  };
  // Lone surrogates become replacement characters on their way, so the result would be another text.
  const patchFor = (name, text) => {
    const base = bases.get(name);
    if (text.length < MIN_PATCHED || base?.id !== baseOf(name) || whole.has(name) || !text.isWellFormed?.()) return null;
    const [start, end, inserted] = replacement(base.text, text);
    return inserted.length < text.length / 2 ? JSON.stringify([crc32(text), [start, end, inserted]]) : null;
  };

  // A plain submit sends the same base revisions as an automatic save.
  const setBase = (name, base) => {
    let field = form.elements[`base.${name}`];
    if (base === undefined || base === form.elements[`base.${localeOf(name)}`].value) {
      field?.remove();
      return;
    }
    if (!field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name: `base.${name}` });
      form.append(field);
    }
    field.value = base;
  };

  // The status line. It changes often, but screen readers announce it only when the state changes.

  const state = document.getElementById("save-state");
  const visible = Object.assign(document.createElement("span"), { ariaHidden: "true" });
  const announced = Object.assign(document.createElement("span"), { className: "visually-hidden" });
  state.replaceChildren(visible, announced);
  // Uploads on their way. While something is not saved, the line does not say that everything is.
  let uploads = 0;
  let lastState = [];
  const hasFile = () => [...form.elements].some(({ files }) => files?.length > 0);
  const showState = (wanted, values = {}) => {
    lastState = [wanted, values];
    const isSaved = ["unchanged", "saved", "theirs"].includes(wanted);
    const name = !isSaved ? wanted : uploads > 0 ? "uploading" : hasFile() ? "notUploaded" : wanted;
    const message = values.error ?? state.dataset[name].replace("{time}", values.time ?? "");
    visible.textContent = message;
    state.dataset.state = name;
    const aloud = values.error ?? state.dataset[`${name}Aloud`] ?? message;
    if (["saving", "unsaved", "unchanged", "uploading"].includes(name) || announced.textContent === aloud) return;
    announced.textContent = aloud;
  };

  // The buffer in the browser: for each edit session the fields that the server does not have.

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
  const storeDirty = () => {
    const all = readBuffer();
    delete all[editSession];
    if (dirty.size > 0) {
      const fields = Object.fromEntries([...dirty].map((name) => [name, { values: read(name), base: baseOf(name) }]));
      all[editSession] = { time: new Date().toISOString(), fields };
    }
    writeBuffer(all);
  };

  // Saving.

  let timer;
  let storeTimer;
  let firstChange = 0;
  let failures = 0;
  let sending = null;
  let leaving = false;
  let closing = false;
  let request = new AbortController();
  // Fields of which the server could not use a patch.
  const whole = new Set();

  const scheduleSave = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  const fieldChanged = (name) => {
    if (!saved.has(name)) return;
    if (normalize(read(name)) === normalize(saved.get(name)) && !sending) dirty.delete(name);
    else dirty.add(name);
    storeTimer ??= setTimeout(() => {
      storeTimer = undefined;
      storeDirty();
    }, STORE_DELAY);
    if (dirty.size === 0) {
      clearTimeout(timer);
      firstChange = 0;
      if (lastState[0] === "unsaved") showState("unchanged");
      return;
    }
    firstChange ||= Date.now();
    if (failures > 0) return; // The next attempt is scheduled already.
    if (!sending) showState("unsaved");
    const length = normalize(read(name)).length - normalize(saved.get(name)).length;
    if (length > MAX_DELAYED) firstChange = 1;
    scheduleSave(Math.min(SAVE_DELAY, Math.max(0, firstChange + MAX_SAVE_DELAY - Date.now())));
  };

  const showConflict = (name, { theirs, shown, who }) => {
    const field = visibleField(name);
    const box = document.getElementById("conflict-note").content.cloneNode(true).firstElementChild;
    const id = `${field.id}-conflict`;
    document.getElementById(id)?.remove();
    box.id = id;
    for (const text of box.querySelectorAll("[data-who]")) text.textContent = text.textContent.replace("{who}", who);
    box.querySelector("[data-theirs]").textContent = shown;
    const compare = box.querySelector("a");
    compare.hidden = !form.dataset.compare;
    compare.href = form.dataset.compare ?? "";
    box.querySelector("[data-use-theirs]").addEventListener("click", () => resolveConflict(name, [theirs].flat()));
    box.querySelector("[data-keep-mine]").addEventListener("click", () => resolveConflict(name));
    (field.closest("fieldset.field, .check") ?? field).after(box);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  };
  const removeConflict = (name) => {
    const field = visibleField(name);
    const id = `${field.id}-conflict`;
    document.getElementById(id)?.remove();
    const left = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((it) => it !== id).join(" ");
    if (left) field.setAttribute("aria-describedby", left);
    else field.removeAttribute("aria-describedby");
  };

  // Resolve a conflict: with their value, or with that of the field.
  const resolveConflict = (name, theirs) => {
    removeConflict(name);
    setBase(name);
    if (theirs) write(name, theirs);
    saved.set(name, theirs ? read(name) : []);
    if (theirs) updateBases();
    else bases.delete(name);
    fieldChanged(name);
    visibleField(name).focus();
  };

  // What kept the page from being published and has been mended since is ticked off above, and is no error any more.
  const tickOff = (list) => {
    const open = new Set([...list.querySelectorAll(".blocking a")].map((link) => link.hash + link.textContent));
    for (const item of document.querySelectorAll("[data-check]:not(.solved)")) {
      const link = item.querySelector("a");
      if (open.has(link.hash + link.textContent)) continue;
      const id = decodeURIComponent(link.hash.slice(1));
      const error = document.getElementById(`${id}-error`);
      error?.closest(".invalid")?.classList.remove("invalid");
      error?.remove();
      document.getElementById(id)?.removeAttribute("aria-invalid");
      item.classList.add("solved");
      link.prepend("✓ ");
      const box = item.closest(".errors");
      if (!box.querySelector("[data-check]:not(.solved)")) box.remove();
    }
  };

  const applyResponse = (response, sent) => {
    const { saved_at: time, base_revision_ids: newBases = {}, theirs = {}, merged = [], conflicts = {} } = response;
    const { replacements: parts = {}, checks_html: checks } = response;
    const olds = new Map([...saved.keys()].map((name) => [name, baseOf(name)]));
    for (const [locale, base] of Object.entries(newBases)) form.elements[`base.${locale}`].value = String(base ?? "");
    for (const name of saved.keys()) {
      if (sent.has(name)) {
        const text = normalize(sent.get(name));
        const isShown = !parts[name] || showParts(name, text, parts[name]);
        saved.set(name, parts[name] && isShown ? [replaceParts(text, parts[name])] : sent.get(name));
        if (normalize(read(name)) === normalize(saved.get(name))) {
          dirty.delete(name);
          // This editor had changed it back, and somebody else has changed it meanwhile.
          if (name in theirs) {
            write(name, [theirs[name]].flat());
            saved.set(name, read(name));
          }
        }
        if (name in conflicts) showConflict(name, conflicts[name]);
        else removeConflict(name);
        setBase(name, !isShown || name in conflicts || (name in theirs && dirty.has(name)) ? olds.get(name) : undefined);
      } else if (name in theirs) {
        if (dirty.has(name) || form.elements[`base.${name}`]) setBase(name, olds.get(name));
        else {
          const text = normalize(read(name));
          if (visibleField(name).matches("textarea")) showParts(name, text, [replacement(text, theirs[name])]);
          else write(name, [theirs[name]].flat());
          saved.set(name, read(name));
          setBase(name);
        }
      } else if (form.elements[`base.${name}`]) setBase(name, olds.get(name));
    }
    updateBases();
    const list = document.getElementById("checks");
    if (list && checks !== undefined && list.innerHTML !== checks) {
      list.innerHTML = checks;
      tickOff(list);
    }
    showState(Object.keys(conflicts).length > 0 ? "conflict" : Object.keys(theirs).length + merged.length > 0 ? "theirs" : "saved", { time });
  };

  const retryLater = (stateName, error) => {
    failures += 1;
    showState(stateName, { error });
    scheduleSave(Math.min(MAX_RETRY_DELAY, 1000 * 2 ** failures));
  };

  // After signing in again in another tab, the editor has another CSRF token, which a fresh page contains.
  const renewToken = async () => {
    const page = await fetch(form.action, { redirect: "manual" });
    if (!page.ok) return false;
    const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#edit [name=csrf_token]");
    const isNew = Boolean(token) && token.value !== form.elements.csrf_token.value;
    if (isNew) form.elements.csrf_token.value = token.value;
    return isNew;
  };

  // UTF-8 needs two bytes for a Cyrillic letter, a URL-encoded form six. A string, unlike FormData, tells its size.
  const encode = (fields) => {
    if (fields.toString().length < MIN_PATCHED) return [fields, undefined];
    const boundary = `wzo-${editSession}`;
    const parts = [...fields].map(([name, value]) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
    return [["", ...parts, ""].join(`--${boundary}\r\n`).replace(/\r\n$/, "--\r\n"), `multipart/form-data; boundary=${boundary}`];
  };

  const post = async (signal, isRetry) => {
    const sent = new Map([...dirty].map((name) => [name, read(name)]));
    const fields = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, edit_session: editSession });
    for (const field of form.elements) if (/^base\.[^.]+$/.test(field.name)) fields.append(field.name, field.value);
    for (const [name, values] of sent) {
      const patch = patchFor(name, normalize(values));
      if (patch) fields.append(`patch.${name}`, patch);
      else for (const value of values.length > 0 ? values : [""]) fields.append(name, value);
      if (form.elements[`base.${name}`]) fields.append(`base.${name}`, baseOf(name));
    }
    const [body, type] = encode(fields);
    const keepalive = closing && new TextEncoder().encode(String(body)).length < MAX_KEEPALIVE;
    const headers = { Accept: "application/json", ...(type && { "Content-Type": type }) };
    const response = await fetch(form.dataset.autosave, { method: "POST", body, redirect: "manual", keepalive, headers, signal });
    if (response.ok) {
      failures = 0;
      firstChange = 0;
      whole.clear();
      applyResponse(await response.json(), sent);
      storeDirty();
      if (dirty.size > 0) {
        firstChange = Date.now();
        scheduleSave(SAVE_DELAY);
      }
      return;
    }
    const { error } = response.status === 422 ? await response.json() : {};
    const signedOut = response.type === "opaqueredirect" || response.status === 401 || response.status === 403;
    const isPatched = [...sent.keys()].some((name) => fields.has(`patch.${name}`));
    if (response.status === 409 && isPatched) {
      for (const name of sent.keys()) whole.add(name);
      await post(signal, isRetry);
    } else if (response.status === 413) {
      firstChange = 0;
      showState("tooLong"); // The next change triggers the next attempt.
    } else if ((signedOut || response.status === 400) && !isRetry && (await renewToken())) await post(signal, true);
    else if (signedOut) retryLater("signedOut");
    else if (response.status >= 500 || response.status === 429) retryLater("offline");
    else retryLater("refused", error);
  };

  // Saves unsaved changes. Resolves when the server has stored them, or the attempt has failed.
  function save() {
    clearTimeout(timer);
    if (sending && !closing) return sending.then(() => (failures === 0 ? save() : undefined));
    if (dirty.size === 0) return Promise.resolve();
    showState("saving");
    // A closed page cannot wait for the response. The server knows that what it may have got belongs to the same session.
    request.abort();
    request = new AbortController();
    const { signal } = request;
    const attempt = post(signal)
      .catch(() => signal.aborted || retryLater("offline"))
      .finally(() => {
        if (sending === attempt) sending = null;
      });
    sending = attempt;
    return attempt;
  }
  const saveLast = () => {
    storeDirty();
    closing = true;
    save();
    closing = false;
  };

  const onChange = ({ target }) => {
    if (target.form === form) fieldChanged(target.name);
  };
  document.addEventListener("input", onChange);
  document.addEventListener("change", onChange);
  addEventListener("online", async () => {
    await sending; // A request that was sent without a connection is about to fail.
    if (failures > 0) save();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !leaving) saveLast();
  });
  // Not every browser reports a page as hidden when it is left.
  addEventListener("pagehide", () => {
    if (document.visibilityState !== "hidden" && !leaving) saveLast();
  });
  addEventListener("beforeunload", (event) => {
    storeDirty();
    if ((dirty.size > 0 || uploads > 0 || hasFile()) && !leaving) event.preventDefault();
  });

  // Every button saves first. The one that only saves stays on the page.
  form.addEventListener("submit", async (event) => {
    if (leaving || event.defaultPrevented) return;
    const { submitter } = event;
    const stays = submitter?.hasAttribute("data-save") && (uploads > 0 || !hasFile());
    if (dirty.size === 0 && uploads === 0 && !stays) {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (dirty.size === 0) showState("unchanged");
    while (uploads > 0) await new Promise((resolve) => form.addEventListener("uploading", resolve, { once: true }));
    await save();
    if (stays || dirty.size > 0) return; // Unsaved changes would be lost with the page.
    leaving = true;
    form.requestSubmit(submitter);
  });
  form.addEventListener("uploading", ({ detail }) => {
    uploads += detail;
    showState(...lastState);
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });

  // Who else has this page open. An abandoned page does not ask: it would keep the session alive.

  let active = Date.now();
  for (const type of ["input", "keydown", "pointerdown"]) document.addEventListener(type, () => (active = Date.now()));
  setInterval(async () => {
    if (document.visibilityState === "hidden" || Date.now() - active > MAX_INACTIVE) return;
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const response = await fetch(form.dataset.presence, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!response?.ok) return;
    const names = (await response.text()).trim();
    const line = document.getElementById("presence");
    const plain = new DOMParser().parseFromString(names, "text/html").body.textContent;
    if (line.textContent.trim() !== plain) line.textContent = plain;
  }, PRESENCE_INTERVAL);

  // Changes that an earlier edit session could not save. Those of tabs that are still open are left to them.

  const offerUnsaved = (time, entry) => {
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
    box.querySelector("ul").replaceChildren(...Object.keys(entry.fields).map(listItem));
    const close = () => {
      const all = readBuffer();
      delete all[entry.editSession];
      writeBuffer(all);
      box.remove();
    };
    box.querySelector("[data-restore]").addEventListener("click", () => {
      for (const [name, { values, base }] of Object.entries(entry.fields)) {
        write(name, values);
        setBase(name, base);
        fieldChanged(name);
      }
      storeDirty();
      close();
      visibleField(Object.keys(entry.fields)[0]).focus();
    });
    box.querySelector("[data-discard]").addEventListener("click", () => {
      close();
      form.querySelector("input:not([type=hidden]), textarea")?.focus();
    });
    document.getElementById("unsaved").append(box);
  };

  const findUnsaved = (id) => {
    const all = readBuffer();
    if (!all[id]) return;
    const { time, fields } = all[id];
    const unsaved = Object.entries(fields).filter(
      ([name, { values }]) => saved.has(name) && normalize(values).trim() !== normalize(saved.get(name)).trim(),
    );
    if (unsaved.length > 0) offerUnsaved(time, { editSession: id, fields: Object.fromEntries(unsaved) });
    else {
      delete all[id];
      writeBuffer(all);
    }
  };
  // Each tab holds a lock of its own, so a request for it is granted once that tab is closed.
  const lock = (id, granted) => (navigator.locks ? navigator.locks.request(`${key}-${id}`, granted) : granted());
  for (const id of Object.keys(readBuffer())) if (id !== editSession) lock(id, () => findUnsaved(id));
  lock(editSession, () => new Promise(() => {}));

  showState("unchanged");
  // Browsers may restore what was typed before a reload.
  for (const name of saved.keys()) fieldChanged(name);
})();
