// Saves a form automatically, field by field.
(() => {
  "use strict";
  const { form, editSession, visibleField, read, write, normalize, saved, dirty, baseOf, setBase } = globalThis.editing ?? {};
  if (!form) return;
  const { updateBases, whole, patchFor, showParts, MIN_PATCHED, statusLine, buffer, conflicts, showChecks, showBadges } = globalThis.editing;
  const { replacement, replaceParts } = globalThis.patches;

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
  // Characters of a change that is sent at once, because it might be more than MAX_KEEPALIVE.
  const MAX_DELAYED = 8000;

  let timer;
  let storeTimer;
  let firstChange = 0;
  let failures = 0;
  let sending = null;
  let leaving = false;
  let closing = false;
  let request = new AbortController();

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
      buffer.storeDirty();
    }, STORE_DELAY);
    if (dirty.size === 0) {
      clearTimeout(timer);
      firstChange = 0;
      if (statusLine.isUnsaved()) statusLine.show("unchanged");
      return;
    }
    firstChange ||= Date.now();
    if (failures > 0) return; // The next attempt is scheduled already.
    if (!sending) statusLine.show("unsaved");
    const length = normalize(read(name)).length - normalize(saved.get(name)).length;
    if (length > MAX_DELAYED) firstChange = 1;
    scheduleSave(Math.min(SAVE_DELAY, Math.max(0, firstChange + MAX_SAVE_DELAY - Date.now())));
  };

  const applyResponse = (response, sent) => {
    const { saved_at: time, base_revision_ids: newBases = {}, theirs = {}, merged = [], conflicts: found = {} } = response;
    const { replacements: parts = {}, checklist_html: checks, badges_html: badges = {} } = response;
    const olds = new Map([...saved.keys()].map((name) => [name, baseOf(name)]));
    for (const [locale, base] of Object.entries(newBases)) form.elements[`base.${locale}`].value = String(base ?? "");
    for (const name of saved.keys()) {
      if (sent.has(name)) {
        const text = normalize(sent.get(name));
        const isShown = !parts[name] || showParts(name, text, parts[name]);
        saved.set(name, parts[name] && isShown ? [replaceParts(text, parts[name])] : sent.get(name));
        if (normalize(read(name)) === normalize(saved.get(name))) {
          dirty.delete(name);
          // This editor had changed it back, and another editor has changed it meanwhile.
          if (name in theirs) {
            write(name, [theirs[name]].flat());
            saved.set(name, read(name));
          }
        }
        if (name in found) conflicts.show(name, found[name], fieldChanged);
        else conflicts.remove(name);
        setBase(name, !isShown || name in found || (name in theirs && dirty.has(name)) ? olds.get(name) : undefined);
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
    if (checks !== undefined) showChecks(checks);
    showBadges(badges);
    statusLine.show(Object.keys(found).length > 0 ? "conflict" : Object.keys(theirs).length + merged.length > 0 ? "theirs" : "saved", { time });
  };

  const retryLater = (stateName, error) => {
    failures += 1;
    statusLine.show(stateName, { error });
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

  // UTF-8 needs two bytes for a Cyrillic letter, a URL-encoded form six. A string, unlike FormData, has a known size.
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
      buffer.storeDirty();
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
      statusLine.show("tooLong"); // The next change triggers the next attempt.
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
    statusLine.show("saving");
    // A closed page cannot wait for the response. The server knows that the changes it may have received belong to this session.
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
    buffer.storeDirty();
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
    // Perhaps from the tab in which they have signed in again.
    if (document.visibilityState === "visible" && failures > 0) save();
  });
  // Not every browser reports a page as hidden when it is left.
  addEventListener("pagehide", () => {
    if (document.visibilityState !== "hidden" && !leaving) saveLast();
  });
  addEventListener("beforeunload", (event) => {
    buffer.storeDirty();
    if ((dirty.size > 0 || statusLine.isUploading() || statusLine.hasFile()) && !leaving) event.preventDefault();
  });

  // Every button saves first. The one that only saves stays on the page.
  form.addEventListener("submit", async (event) => {
    if (leaving || event.defaultPrevented) return;
    const { submitter } = event;
    const stays = submitter?.hasAttribute("data-save") && (statusLine.isUploading() || !statusLine.hasFile());
    if (dirty.size === 0 && !statusLine.isUploading() && !stays) {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (dirty.size === 0) statusLine.show("unchanged");
    while (statusLine.isUploading()) await new Promise((resolve) => form.addEventListener("uploading", resolve, { once: true }));
    await save();
    if (stays || dirty.size > 0) return; // Unsaved changes would be lost with the page.
    leaving = true;
    form.requestSubmit(submitter);
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });

  buffer.offerUnsaved(fieldChanged);
  statusLine.show("unchanged");
  // Browsers may restore the text that was typed before a reload.
  for (const name of saved.keys()) fieldChanged(name);
})();
