// A form that saves itself, field by field, and keeps in this browser what has not reached the server yet.
//
// <form id="edit" data-autosave="…" data-buffer="…"> has fields named <locale>.<field>, and for each locale the number of the
// revision that it shows, base.<locale>. A field that shows an older one than its locale has a base of its own.
(() => {
  "use strict";
  const form = document.getElementById("edit");
  if (!form?.dataset.autosave) return;

  const PAUSE = 2000; // milliseconds after the last key
  const LONGEST = 4000; // and after the first that is not saved
  const KEEP = 500; // until it is kept in this browser
  const LONGEST_WAIT = 30_000; // between two tries
  const MOST_AT_THE_END = 60_000; // bytes that a browser sends for a page that goes
  const key = form.dataset.buffer;
  const editSession = form.elements.edit_session.value;

  // The fields: what they show, what of it the server has, and against what it was written.

  const localeOf = (name) => name.slice(0, name.indexOf("."));
  const fieldsOf = (name) => [...form.elements].filter((field) => field.name === name);
  const shownOf = (name) => fieldsOf(name).find(({ type }) => type !== "hidden");
  const isTick = ({ type }) => type === "checkbox" || type === "radio";
  const read = (name) =>
    fieldsOf(name).flatMap((field) => {
      if (field.selectedOptions) return [...field.selectedOptions].map(({ value }) => value);
      return isTick(field) && !field.checked ? [] : [field.value];
    });
  const original = (name) =>
    fieldsOf(name).flatMap((field) => {
      if (field.options) {
        const chosen = [...field.options].filter((option) => option.defaultSelected);
        return (chosen.length > 0 || field.multiple ? chosen : [...field.options].slice(0, 1)).map(({ value }) => value);
      }
      return isTick(field) ? (field.defaultChecked ? [field.value] : []) : [field.defaultValue];
    });
  const write = (name, values) => {
    const keys = values.flatMap((value) => value.split(" "));
    for (const field of fieldsOf(name)) {
      if (field.type === "hidden") continue; // It says that the boxes after it were on the page.
      if (field.options) for (const option of field.options) option.selected = values.includes(option.value);
      else if (isTick(field)) field.checked = keys.includes(field.value);
      else {
        const { selectionStart, selectionEnd } = field;
        field.value = values[0] ?? "";
        if (field === document.activeElement && selectionStart !== null) field.setSelectionRange(selectionStart, selectionEnd);
      }
      field.dispatchEvent(new CustomEvent("written", { bubbles: true }));
    }
  };
  const plain = (values) => values.join("\n").replace(/\r\n?/g, "\n");
  const labelOf = (name) => {
    const field = shownOf(name);
    const label = field.labels?.[0]?.textContent.trim() ?? name;
    const language = field.closest("[lang]")?.lang;
    return localeOf(name) === language ? `${label} (${language})` : label;
  };

  const isSaved = ({ name, type }) =>
    Boolean(name && form.elements[`base.${localeOf(name)}`]) && !["submit", "button", "file"].includes(type);
  const known = new Map([...form.elements].filter(isSaved).filter(({ name }) => shownOf(name)).map(({ name }) => [name, original(name)]));
  const dirty = new Set();
  const baseOf = (name) => form.elements[`base.${name}`]?.value ?? form.elements[`base.${localeOf(name)}`]?.value;

  // What is sent by a plain submit says the same as what is saved by itself.
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

  // What is said of it. The line changes often; it is read out when it becomes another thing.

  const state = document.getElementById("save-state");
  const seen = Object.assign(document.createElement("span"), { ariaHidden: "true" });
  const heard = Object.assign(document.createElement("span"), { className: "unseen" });
  state.replaceChildren(seen, heard);
  const say = (kind, values = {}) => {
    const words = values.error ?? state.dataset[kind].replace("{time}", values.time ?? "");
    seen.textContent = words;
    state.dataset.state = kind;
    const aloud = values.error ?? state.dataset[`${kind}Aloud`] ?? words;
    if (!["saving", "unsaved", "unchanged"].includes(kind) && heard.textContent !== aloud) heard.textContent = aloud;
  };

  // Kept in this browser: for each opening of the page the fields that the server does not have.

  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? {};
    } catch {
      return {};
    }
  };
  const setKept = (all) => {
    try {
      if (Object.keys(all).length > 0) localStorage.setItem(key, JSON.stringify(all));
      else localStorage.removeItem(key);
    } catch {
      // Where the browser stores nothing, or no more, there is still the server.
    }
  };
  const keep = () => {
    const all = kept();
    delete all[editSession];
    if (dirty.size > 0) {
      const fields = Object.fromEntries([...dirty].map((name) => [name, { values: read(name), base: baseOf(name) }]));
      all[editSession] = { time: new Date().toISOString(), fields };
    }
    setKept(all);
  };

  // To the server.

  let timer;
  let keeper;
  let firstChange = 0;
  let failures = 0;
  let sending = null;
  let leaving = false;

  const plan = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  const touch = (name) => {
    if (!known.has(name)) return;
    if (plain(read(name)) === plain(known.get(name)) && !sending) dirty.delete(name);
    else dirty.add(name);
    keeper ??= setTimeout(() => {
      keeper = undefined;
      keep();
    }, KEEP);
    if (dirty.size === 0) {
      clearTimeout(timer);
      firstChange = 0;
      if (state.dataset.state === "unsaved") say("unchanged");
      return;
    }
    firstChange ||= Date.now();
    if (failures > 0) return; // The next try is planned already.
    if (!sending) say("unsaved");
    plan(Math.min(PAUSE, Math.max(0, firstChange + LONGEST - Date.now())));
  };

  const note = (name, { theirs, who }) => {
    const field = shownOf(name);
    const box = document.getElementById("conflict-note").content.cloneNode(true).firstElementChild;
    const id = `${field.id}-conflict`;
    document.getElementById(id)?.remove();
    box.id = id;
    for (const text of box.querySelectorAll("[data-who]")) text.textContent = text.textContent.replace("{who}", who);
    box.querySelector("[data-theirs]").textContent = theirs;
    const compare = box.querySelector("a");
    compare.hidden = !form.dataset.compare;
    compare.href = form.dataset.compare ?? "";
    box.querySelector("[data-take]").addEventListener("click", () => settle(name, [theirs].flat()));
    box.querySelector("[data-hold]").addEventListener("click", () => settle(name));
    (field.closest("fieldset.field, .check") ?? field).after(box);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  };
  const unmark = (name) => {
    const field = shownOf(name);
    const id = `${field.id}-conflict`;
    document.getElementById(id)?.remove();
    const left = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((it) => it !== id).join(" ");
    if (left) field.setAttribute("aria-describedby", left);
    else field.removeAttribute("aria-describedby");
  };

  // One of the two is taken, with the other one seen: theirs, or what stands in the field.
  const settle = (name, theirs) => {
    unmark(name);
    setBase(name);
    if (theirs) write(name, theirs);
    known.set(name, theirs ? read(name) : []);
    touch(name);
    shownOf(name).focus();
  };

  const take = ({ saved_at: time, bases = {}, theirs = {}, conflicts = {}, checks_html: checks }, sent) => {
    const olds = new Map([...known.keys()].map((name) => [name, baseOf(name)]));
    for (const [locale, base] of Object.entries(bases)) form.elements[`base.${locale}`].value = String(base ?? "");
    for (const name of known.keys()) {
      if (sent.has(name)) {
        known.set(name, sent.get(name));
        if (plain(read(name)) === plain(sent.get(name))) {
          dirty.delete(name);
          // It was sent as it had been before, and somebody else has changed it since.
          if (name in theirs) {
            write(name, [theirs[name]].flat());
            known.set(name, read(name));
          }
        }
        if (name in conflicts) note(name, conflicts[name]);
        else unmark(name);
        setBase(name, name in conflicts || (name in theirs && dirty.has(name)) ? olds.get(name) : undefined);
      } else if (name in theirs) {
        if (dirty.has(name) || form.elements[`base.${name}`]) setBase(name, olds.get(name));
        else {
          write(name, [theirs[name]].flat());
          known.set(name, read(name));
          setBase(name);
        }
      } else if (form.elements[`base.${name}`]) setBase(name, olds.get(name));
    }
    const list = document.getElementById("checks");
    if (list && checks !== undefined && list.innerHTML !== checks) list.innerHTML = checks;
    say(Object.keys(conflicts).length > 0 ? "conflict" : Object.keys(theirs).length > 0 ? "theirs" : "saved", { time });
  };

  const failed = (kind, error) => {
    failures += 1;
    say(kind, { error });
    plan(Math.min(LONGEST_WAIT, 1000 * 2 ** failures));
  };

  // Whoever signs in again has another token; the page as it is now has it.
  const renewToken = async () => {
    const page = await fetch(form.action, { redirect: "manual" });
    if (!page.ok) return false;
    const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#edit [name=csrf_token]");
    const isNew = Boolean(token) && token.value !== form.elements.csrf_token.value;
    if (isNew) form.elements.csrf_token.value = token.value;
    return isNew;
  };

  const post = async (again) => {
    const sent = new Map([...dirty].map((name) => [name, read(name)]));
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, edit_session: editSession });
    for (const field of form.elements) if (/^base\.[^.]+$/.test(field.name)) body.append(field.name, field.value);
    for (const [name, values] of sent) {
      for (const value of values.length > 0 ? values : [""]) body.append(name, value);
      if (form.elements[`base.${name}`]) body.append(`base.${name}`, baseOf(name));
    }
    const keepalive = document.visibilityState === "hidden" && body.toString().length < MOST_AT_THE_END;
    const request = { method: "POST", body, redirect: "manual", keepalive, headers: { Accept: "application/json" } };
    const answer = await fetch(form.dataset.autosave, request);
    if (answer.ok) {
      const told = await answer.json();
      failures = 0;
      firstChange = 0;
      take(told, sent);
      keep();
      if (dirty.size > 0) {
        firstChange = Date.now();
        plan(PAUSE);
      }
      return;
    }
    const { error } = answer.status === 422 ? await answer.json() : {};
    const signedOut = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
    if (answer.status === 413) {
      firstChange = 0;
      say("tooLong"); // It is tried again when something is changed.
    } else if ((signedOut || answer.status === 400) && !again && (await renewToken())) await post(true);
    else if (signedOut) failed("signedOut");
    else if (answer.status >= 500 || answer.status === 429) failed("offline");
    else failed("refused", error);
  };

  // Saves what is not saved. Resolves when the server has it or has failed to take it.
  function save() {
    clearTimeout(timer);
    if (sending) return sending.then(() => (failures === 0 ? save() : undefined));
    if (dirty.size === 0) return Promise.resolve();
    say("saving");
    sending = post()
      .catch(() => failed("offline"))
      .finally(() => {
        sending = null;
      });
    return sending;
  }

  const changed = ({ target }) => {
    if (target.form === form) touch(target.name);
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  addEventListener("online", async () => {
    await sending; // It was sent into the void, and is about to fail.
    if (failures > 0) save();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || leaving) return;
    keep();
    save();
  });
  addEventListener("beforeunload", (event) => {
    keep();
    if (dirty.size > 0 && !leaving) event.preventDefault();
  });

  // Every button saves first. The one that only saves needs no other page.
  form.addEventListener("submit", async (event) => {
    if (leaving || event.defaultPrevented) return;
    const { submitter } = event;
    const hasFile = [...form.elements].some(({ files }) => files?.length > 0);
    const stays = submitter?.hasAttribute("data-save") && !hasFile;
    if (dirty.size === 0 && !stays) {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (dirty.size === 0) say("unchanged");
    await save();
    if (stays || dirty.size > 0) return; // What could not be saved would be lost with the page.
    leaving = true;
    form.requestSubmit(submitter);
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });

  // What an earlier opening of this page could not save. Another tab that is still open looks after its own.

  const offer = (time, entry) => {
    const box = document.getElementById("unsent-words").content.cloneNode(true).firstElementChild;
    const when = new Date(time);
    const today = when.toDateString() === new Date().toDateString();
    const said = when.toLocaleString(document.documentElement.lang, {
      timeStyle: "short",
      ...(today ? {} : { dateStyle: "medium" }),
    });
    const words = box.querySelector("[data-when]");
    words.textContent = words.textContent.replace("{time}", said);
    const put = (name) => Object.assign(document.createElement("li"), { textContent: labelOf(name) });
    box.querySelector("ul").replaceChildren(...Object.keys(entry.fields).map(put));
    const close = () => {
      const all = kept();
      delete all[entry.editSession];
      setKept(all);
      box.remove();
    };
    box.querySelector("[data-put]").addEventListener("click", () => {
      for (const [name, { values, base }] of Object.entries(entry.fields)) {
        write(name, values);
        setBase(name, base);
        touch(name);
      }
      keep();
      close();
      shownOf(Object.keys(entry.fields)[0]).focus();
    });
    box.querySelector("[data-throw]").addEventListener("click", () => {
      close();
      form.querySelector("input:not([type=hidden]), textarea")?.focus();
    });
    document.getElementById("unsent").append(box);
  };

  const findKept = async () => {
    const lock = (id) => `${key}-${id}`;
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    navigator.locks?.request(lock(editSession), () => new Promise(() => {}));
    const all = kept();
    for (const [id, { time, fields }] of Object.entries(all)) {
      if (id === editSession || held.some(({ name }) => name === lock(id))) continue;
      const lost = Object.entries(fields).filter(
        ([name, { values }]) => known.has(name) && plain(values).trim() !== plain(known.get(name)).trim(),
      );
      if (lost.length > 0) offer(time, { editSession: id, fields: Object.fromEntries(lost) });
      else delete all[id];
    }
    setKept(all);
  };
  findKept();

  say("unchanged");
  // A browser that fills in by itself what was typed before a reload.
  for (const name of known.keys()) touch(name);
})();
