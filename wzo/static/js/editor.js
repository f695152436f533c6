// The Markdown editor: a toolbar, pasting, pictures, documents, a preview and a word count.
//
// Every <textarea data-markdown> gets them. Their texts are in admin/editing/_tools.html. The server converts pasted text
// (wzo/to_markdown/), by the rules for documents.
(() => {
  "use strict";
  const texts = document.getElementById("editor-texts");
  if (!texts) return;

  // The browser's own command, which can be undone, takes seconds for a long text; that is undone here (see undoInsertion).
  const LONG = 4000; // characters

  // Edits through the browser's own command, so that they can be undone.
  const replace = (area, start, end, text, from = start + text.length, to = from) => {
    const before = { value: area.value, start, end };
    const elsewhere = document.activeElement !== area && document.activeElement.matches("input, textarea");
    if (!elsewhere) {
      area.focus();
      area.setSelectionRange(start, end);
    }
    const long = text.length > LONG;
    if (elsewhere || long || !document.execCommand(text ? "insertText" : "delete", false, text)) {
      area.setRangeText(text, start, end, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (long) area.insertion = { ...before, after: area.value };
    if (!elsewhere) area.setSelectionRange(from, to);
  };

  const selection = ({ value, selectionStart: start, selectionEnd: end }) => ({ start, end, text: value.slice(start, end) });

  // Whole lines around the selection.
  const linesAt = (area) => {
    const { value, selectionStart, selectionEnd } = area;
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
    const end = value.indexOf("\n", last);
    return { start, end: end < 0 ? value.length : end, text: value.slice(start, end < 0 ? value.length : end) };
  };

  // Insert a block, separated by blank lines.
  const block = (area, start, end, text, select) => {
    const before = area.value.slice(0, start);
    const after = area.value.slice(end);
    const head = !before.trim() || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const tail = !after.trim() ? (after ? "" : "\n") : after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    const at = select ? text.indexOf(select) : -1;
    const from = start + head.length + (at < 0 ? text.length : at);
    replace(area, start, end, head + text + tail, from, at < 0 ? from : from + select.length);
  };

  // Emphasis

  const emphasise = (area, size) => {
    let { start, end, text } = selection(area);
    start += text.length - text.trimStart().length;
    end = Math.max(start, end - (text.length - text.trimEnd().length));
    while (start < end && area.value[start] === "*" && area.value[end - 1] === "*") {
      start += 1;
      end -= 1;
    }
    text = area.value.slice(start, end);
    const before = area.value.slice(0, start).match(/\**$/)[0].length;
    const after = area.value.slice(end).match(/^\**/)[0].length;
    const stars = Math.min(before, after, 3);
    const has = size === 2 ? stars >= 2 : stars % 2 === 1;
    const mark = "*".repeat(size);
    if (has) replace(area, start - size, end + size, text, start - size, end - size);
    else {
      // Emphasis cannot span paragraphs.
      const marked = text ? text.replace(/\S(?:.|\n(?!\s*\n))*/g, (part) => `${mark}${part.trimEnd()}${mark}`) : mark + mark;
      replace(area, start, end, marked, start + size, start + marked.length - size);
    }
  };

  // Lines

  const ANY_PREFIX = /^(?:#{1,6} |[-*+] |\d+[.)] |> ?)/;
  const togglePrefix = (area, pattern, prefix) => {
    const { start, end, text } = linesAt(area);
    const lines = text.split("\n");
    const nonEmpty = lines.filter((line) => line.trim());
    const hasPrefix = nonEmpty.length > 0 && nonEmpty.every((line) => pattern.test(line));
    let number = 0;
    const change = (line) => {
      if (!line.trim() && nonEmpty.length > 0) return line;
      if (hasPrefix) return line.replace(pattern, "");
      number += 1;
      return prefix(number) + line.replace(ANY_PREFIX, "");
    };
    const changed = lines.map(change).join("\n");
    const single = lines.length === 1;
    replace(area, start, end, changed, single ? start + changed.length : start, start + changed.length);
  };

  // Enter in a list begins its next item; in an empty item it ends the list.
  const continueList = (event) => {
    const area = event.target;
    const { start, end } = selection(area);
    const line = area.value.slice(0, start).split("\n").at(-1);
    const [item] = line.match(/^\s*(?:[-*+]|\d{1,3}[.)]) +/) ?? [];
    if (event.inputType !== "insertLineBreak" || !item) return;
    event.preventDefault();
    const isEmpty = line === item && /^(?:\n|$)/.test(area.value.slice(end));
    if (isEmpty) replace(area, start - line.length, end, "\n");
    else replace(area, start, end, `\n${item.replace(/\d+/, (number) => Number(number) + 1)}`);
  };

  const quote = (area) => {
    const { start, end, text } = linesAt(area);
    if (/^>/.test(text)) {
      const plain = text.replace(/^> ?/gm, "");
      replace(area, start, end, plain, start, start + plain.length);
      return;
    }
    const { author } = texts.dataset;
    block(area, start, end, `${text || "…"}\n— ${author}`.replace(/^/gm, "> "), text ? author : "…");
  };

  const fence = (area, name, last = "") => {
    const { start, end, text } = linesAt(area);
    const open = `::: ${name}\n`;
    const close = "\n:::";
    const { value } = area;
    if (value.slice(0, start).endsWith(open) && value.slice(end).startsWith(close)) {
      replace(area, start - open.length, end + close.length, text);
    } else if (text.startsWith(open) && text.endsWith(close)) replace(area, start, end, text.slice(open.length, -close.length));
    else block(area, start, end, open + (text || "…") + last + close, text || "…");
  };

  const nextFootnote = ({ value }) => 1 + Math.max(0, ...[...value.matchAll(/\[\^(\d+)\]/g)].map(([, number]) => Number(number)));

  // The reference at the cursor and the footnote at the end are inserted as one step, to be undone as one.
  const footnote = (area) => {
    const number = nextFootnote(area);
    const { end } = selection(area);
    const rest = area.value.slice(end).trimEnd();
    const text = `[^${number}]${rest}${/(?:^|\n)\[\^\d+\]:[^\n]*$/.test(rest) ? "\n" : "\n\n"}[^${number}]: `;
    replace(area, end, area.value.length, text);
  };

  // Dialogs resolve to the choice, or to an empty string if they are cancelled.

  const open = async (dialog) => {
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    return dialog.returnValue;
  };
  // The same, and the selection is restored.
  const ask = async (area, dialog) => {
    const { start, end } = selection(area);
    const choice = await open(dialog);
    area.focus();
    area.setSelectionRange(start, end);
    return choice;
  };
  for (const cancel of document.querySelectorAll("dialog [data-cancel]")) {
    cancel.addEventListener("click", () => cancel.closest("dialog").close(""));
  }

  const LINK = /\[((?:\\.|[^[\]\\])*)\]\(<?([^()<>\s]*)>?\)/g;
  const link = async (area) => {
    let { start, end, text } = selection(area);
    const around = [...area.value.matchAll(LINK)].find(({ index, 0: all }) => index <= start && end <= index + all.length);
    const isAddress = /^(?:https?:\/\/|mailto:|\/)\S+$/.test(text.trim());
    if (around) [start, end, text] = [around.index, around.index + around[0].length, around[1]];
    const dialog = document.getElementById("link-dialog");
    const { address, words: label } = dialog.querySelector("form").elements;
    address.value = around ? around[2] : isAddress ? text.trim() : "";
    label.value = isAddress && !around ? "" : text;
    if (!(await ask(area, dialog))) return;
    let url = address.value.trim();
    if (/^[\w-]+(?:\.[\w-]+)+(?:[/?#]|$)/.test(url)) url = `https://${url}`;
    else if (/^[^\s@/:]+@[^\s@/]+$/.test(url)) url = `mailto:${url}`;
    if (/[()\s]/.test(url)) url = `<${url}>`;
    replace(area, start, end, url ? `[${label.value.trim() || address.value.trim()}](${url})` : label.value);
  };

  const term = async (area) => {
    const { start, end, text } = selection(area);
    const dialog = document.getElementById("term-dialog");
    const { target, words: label } = dialog.querySelector("form").elements;
    dialog.targets ??= [...target.options];
    const options = dialog.targets.filter((it) => it.lang === area.lang);
    target.replaceChildren(...options);
    label.value = text.trim();
    const words = label.value.toLowerCase();
    // In another case, only the beginning of a Russian word is the same.
    const meant = words && options.find((it) => it.text.toLowerCase().startsWith(words.slice(0, Math.max(3, words.length - 2))));
    target.value = (meant || options[0])?.value;
    if (!(await ask(area, dialog)) || !target.value) return;
    const [before, after] = [text.match(/^\s*/)[0], text.trim() && text.match(/\s*$/)[0]];
    replace(area, start, end, `${before}[${label.value.trim() || target.selectedOptions[0].text}](${target.value})${after}`);
  };

  // The lists of pictures and files are searched with htmx, which the page loads only then; without it, the list is whole.
  const loadHtmx = ({ dataset: { htmx: src, htmxIntegrity: integrity } }) =>
    new Promise((resolve) => {
      if (globalThis.htmx || !src) return resolve();
      return document.head.append(Object.assign(document.createElement("script"), { src, integrity, onload: resolve, onerror: resolve }));
    });

  // Lists pictures or files, which come from `url`, in a dialog, which `show` opens; resolves to the chosen button, if any.
  const chooseFrom = async (form, dialog, url, show) => {
    const list = dialog.querySelector("[data-list]");
    let chosen;
    list.onclick = ({ target }) => {
      chosen = target.closest("[data-markdown], [data-key]");
      if (chosen) dialog.close("chosen");
    };
    list.textContent = dialog.dataset.loading;
    fetch(url, { headers: { "HX-Request-Type": "partial" } })
      .then(async (response) => {
        if (!response.ok || response.redirected) throw new Error("no list");
        list.innerHTML = await response.text();
        await loadHtmx(form);
        globalThis.htmx?.process(list);
        // What was typed meanwhile.
        const search = list.querySelector("[type=search]");
        if (search?.value) search.dispatchEvent(new Event("search"));
      })
      .catch(() => (list.textContent = dialog.dataset.failed));
    return (await show()) ? chosen : null;
  };

  // A file that was uploaded or titled in another tab is listed on return.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) document.querySelector("dialog[open] [type=search]")?.dispatchEvent(new Event("search"));
  });

  const insertChosen = async (area, dialog, url) => {
    const { end } = linesAt(area);
    const chosen = await chooseFrom(area.form, dialog, `${url}?language=${area.lang}`, () => ask(area, dialog));
    if (chosen) block(area, end, end, chosen.dataset.markdown);
  };

  const TOOLS = {
    bold: (area) => emphasise(area, 2),
    italic: (area) => emphasise(area, 1),
    link,
    term,
    heading: (area) => togglePrefix(area, /^## /, () => "## "),
    subheading: (area) => togglePrefix(area, /^### /, () => "### "),
    list: (area) => togglePrefix(area, /^[-*+] /, () => "- "),
    numbers: (area) => togglePrefix(area, /^\d+[.)] /, (number) => `${number}. `),
    quote,
    pull: (area) => fence(area, "pull"),
    notice: (area) => fence(area, "notice"),
    post: (area) => fence(area, "post", `\n— [${texts.dataset.post}](https://)`),
    gallery: (area) => fence(area, "gallery"),
    note: footnote,
    picture: (area) => insertChosen(area, document.getElementById("picture-dialog"), area.form.dataset.pictureChooser),
    file: (area) => insertChosen(area, document.getElementById("file-dialog"), area.form.dataset.fileChooser),
  };

  // The toolbar is one tab stop; the arrow keys move between its buttons.
  const addToolbar = (area) => {
    const bar = texts.content.querySelector("[role=toolbar]").cloneNode(true);
    const buttons = [...bar.querySelectorAll("button")].filter(
      ({ dataset: { tool } }) => !["picture", "file"].includes(tool) || area.form.dataset.pictureChooser,
    );
    bar.querySelectorAll("button").forEach((button) => buttons.includes(button) || button.remove());
    const setTabStop = (button) => buttons.forEach((it) => (it.tabIndex = it === button ? 0 : -1));
    setTabStop(buttons[0]);
    bar.setAttribute("aria-controls", area.id);
    bar.setAttribute("aria-label", `${bar.getAttribute("aria-label")}: ${area.labels[0]?.textContent.trim() ?? ""}`);
    bar.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      setTabStop(button);
      TOOLS[button.dataset.tool](area);
    });
    bar.addEventListener("keydown", (event) => {
      const current = buttons.indexOf(document.activeElement);
      const targets = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: -1 };
      if (event.key === "Escape") area.focus();
      else if (event.key in targets) buttons.at(targets[event.key] % buttons.length).focus();
      else return;
      event.preventDefault();
    });
    bar.addEventListener("focusin", ({ target }) => setTabStop(target));
    area.before(bar);
    globalThis.addShortcutTitles?.(bar);
  };

  // Pasting and dropping

  const showStatus = (area, text) => {
    area.upload ??= Object.assign(document.createElement("p"), { className: "hint", role: "status" });
    if (!area.upload.isConnected) area.after(area.upload);
    area.upload.textContent = text;
    return area.upload;
  };

  // Sends a picture; resolves to the response: its line of Markdown, its key and name, or an error. `show` gets messages.
  // XMLHttpRequest, because fetch does not report upload progress. edit/status_line.js gets the number of uploads.
  const sendPicture = (form, file, show) => {
    const { uploading, failed } = texts.dataset;
    const report = (detail) => form.dispatchEvent(new CustomEvent("uploading", { detail }));
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("pictures", file);
    report(1);
    show(uploading.replace("{percent}", "0"));
    return new Promise((resolve) => {
      request.upload.onprogress = ({ loaded, total }) => {
        show(uploading.replace("{percent}", String(Math.round((100 * loaded) / total))));
      };
      request.onerror = () => resolve({});
      request.onload = () => resolve(request.response ?? {});
      request.open("POST", form.dataset.upload);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.send(body);
    })
      .then((response) => {
        if (!response.markdown) show(response.error ?? failed);
        return response;
      })
      .finally(() => setTimeout(report, 0, -1)); // Once the response has been used.
  };
  const upload = async (area, file) => {
    const { uploaded, describe } = texts.dataset;
    const { markdown, edit, notice } = await sendPicture(area.form, file, (text) => showStatus(area, text));
    if (!markdown) return;
    const { end } = linesAt(area);
    block(area, end, end, markdown);
    const link = document.createElement("a");
    showStatus(area, `${uploaded} ${notice && `${notice} `}`).append(Object.assign(link, { href: edit, target: "_blank", textContent: describe }));
  };
  // Not all systems know the type of HEIC files.
  const pictures = ({ files }) => [...files].filter((it) => it.type.startsWith("image/") || /\.hei[cf]$/i.test(it.name));

  // The Markdown of a pasted text or a dropped document: {markdown, notice} or {error}; null if the server cannot be reached.
  const convert = async (area, parts) => {
    const body = new FormData();
    body.append("csrf_token", area.form.elements.csrf_token.value);
    body.append("language", area.lang);
    body.append("first_note", nextFootnote(area));
    for (const [name, part] of Object.entries(parts)) if (part) body.append(name, new Blob([part]), name);
    showStatus(area, texts.dataset.converting);
    const url = `${area.form.dataset.convert}?lang=${document.documentElement.lang}`;
    const response = await fetch(url, { method: "POST", body }).catch(() => null);
    const answers = response && !response.redirected && [200, 422].includes(response.status);
    return answers ? response.json().catch(() => null) : null;
  };

  const insert = (area, text) => {
    const { start, end } = selection(area);
    if (/\n|^#/.test(text)) block(area, start, end, text);
    else if (text) replace(area, start, end, text);
  };

  // Lists what was left out. A long text has its own undo, by key and by button.
  const notify = (area, text) => {
    const status = showStatus(area, text);
    if (area.insertion?.after !== area.value) return;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: texts.dataset.undo });
    button.className = "button small quiet";
    button.addEventListener("click", () => undoInsertion(area));
    status.append(" ", button);
  };
  const undoInsertion = (area) => {
    const { value, start, end, after } = area.insertion ?? {};
    if (area.value !== after) return false;
    area.insertion = undefined;
    area.focus();
    area.value = value;
    area.setSelectionRange(start, end);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    showStatus(area, "");
    return true;
  };
  const undoByKey = (event) => {
    const undoes = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.code === "KeyZ";
    if (undoes && undoInsertion(event.target)) event.preventDefault();
  };

  // A selection copied from a text is Markdown already, and is marked so that pasting does not change it.
  const OURS = "application/x-wzo-markdown";
  const copy = (event) => {
    const { start, end, text } = selection(event.target);
    if (!text) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
    event.clipboardData.setData(OURS, "1");
    if (event.type === "cut") replace(event.target, start, end, "");
  };

  // Plain text without any of these means the same in Markdown.
  const CHANGES = /[\n\t*_[\]`<~&\\]|:\/\/|www\.|^\s*(?:\d+[.)]|[-+=#>|:•])|^\s{4}/;
  const paste = async (event) => {
    const area = event.target;
    const data = event.clipboardData;
    const html = data.getData("text/html");
    const plain = data.getData("text/plain");
    const files = area.form.dataset.upload ? pictures(data) : [];
    if (data.types.includes(OURS) || (!html && files.length === 0 && !CHANGES.test(plain))) return;
    event.preventDefault();
    // Word's HTML names files that cannot be read; the pictures are in its RTF.
    const rtf = /<(?:img|v:imagedata)[^>]+file:/i.test(html) ? data.getData("text/rtf") : "";
    const converted = html || plain ? await convert(area, html ? { html, rtf } : { text: plain }) : { markdown: "" };
    if (!converted?.markdown && files.length > 0) {
      files.forEach((file) => upload(area, file));
      return;
    }
    insert(area, converted?.markdown ?? plain);
    notify(area, converted?.notice ?? texts.dataset.notConverted);
  };

  // The reason why a document was refused is shown at its field until the next action.
  const showRefusal = (area, text = "") => {
    const line = document.getElementById(`document.${area.id}-error`);
    line.textContent = text;
    if (text) line.parentElement.open = true;
  };

  const insertDocument = async (area, file) => {
    showRefusal(area);
    const converted = await convert(area, { document: file });
    if (converted?.markdown) insert(area, converted.markdown);
    notify(area, converted?.notice ?? "");
    if (!converted || converted.error) showRefusal(area, converted?.error ?? texts.dataset.noDocument);
  };
  for (const field of document.querySelectorAll("input[data-document-of]")) {
    field.addEventListener("change", async () => {
      const [file] = field.files;
      if (!file) return;
      await insertDocument(document.getElementById(field.dataset.documentOf), file);
      field.value = ""; // Or it would be sent again with the form.
    });
  }

  const drop = (event) => {
    const { dataTransfer, target: area } = event;
    const files = area.form.dataset.upload ? pictures(dataTransfer) : [];
    const [file] = [...dataTransfer.files].filter(({ name }) => /\.(?:docx|odt)$/i.test(name));
    if (files.length === 0 && !file) return;
    event.preventDefault();
    files.forEach((it) => upload(area, it));
    if (file) insertDocument(area, file);
  };

  // <p data-alt-of="id of a description">: the library's description of the same picture. It fills the field if that is empty;
  // otherwise a button does.
  const showAlt = (line, alt) => {
    const quoted = line.querySelector("q");
    const area = document.getElementById(line.dataset.altOf);
    if (["", quoted.textContent].includes(area.value.trim())) {
      area.value = alt;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    quoted.textContent = alt;
    line.hidden = !alt || area.value.trim() === alt;
  };
  for (const line of document.querySelectorAll("[data-alt-of]")) {
    const button = line.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => {
      const area = document.getElementById(line.dataset.altOf);
      replace(area, 0, area.value.length, line.querySelector("q").textContent);
      line.hidden = true;
    });
  }

  // <fieldset data-picture-field>: a picture is chosen in the dialog, or a chosen file is uploaded at once; it is shown.
  const addPictureField = (box) => {
    const input = box.querySelector("input[type=file]");
    const key = box.querySelector("input[hidden]");
    const label = box.querySelector("[data-chosen]");
    const [choose, clear] = box.querySelectorAll(".actions button");
    const show = (name = "") => {
      box.querySelector("img")?.remove();
      clear.hidden = !key.value;
      label.textContent = key.value ? name : label.dataset.none;
      if (key.value) label.before(Object.assign(new Image(480, 320), { alt: "", className: "thumb", src: `/media/${key.value}/480.jpg` }));
    };
    const set = (value, name, alts = "{}") => {
      key.value = value;
      key.dispatchEvent(new Event("change", { bubbles: true }));
      show(name);
      for (const line of box.form.querySelectorAll(`[data-alt-of$=".${box.dataset.describedBy}"]`)) {
        showAlt(line, JSON.parse(alts)[line.dataset.altOf.split(".")[0]] ?? "");
      }
    };
    key.addEventListener("valuechanged", () => show());
    clear.hidden = !key.value;
    clear.addEventListener("click", () => {
      set("");
      choose.focus();
    });
    choose.type = "button";
    choose.addEventListener("click", async () => {
      const url = `${box.form.dataset.pictureChooser}?field=1&language=${document.documentElement.lang}`;
      const dialog = document.getElementById("picture-dialog");
      const chosen = await chooseFrom(box.form, dialog, url, () => open(dialog));
      if (chosen) set(chosen.dataset.key, chosen.textContent.trim(), chosen.dataset.alts);
    });
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (!file) return;
      const { key: uploaded, name, notice, error } = await sendPicture(input.form, file, (text) => showStatus(input, text));
      if (error) input.value = ""; // Without a connection the file stays, and is sent with the form.
      if (!uploaded || input.files[0] !== file) return;
      input.value = "";
      set(uploaded, name);
      showStatus(input, `${texts.dataset.chosen} ${notice}`);
    });
  };

  // Words and reading time, counted as on the server (markdown.py)

  const WORD = /[\p{L}\p{N}_]+(?:[-’'][\p{L}\p{N}_]+)*/gu;
  const countWords = (text) => (text.replace(/\]\([^)]*\)|\[\^\d+\]:?|^:::.*$/gm, " ").match(WORD) ?? []).length;
  const addCount = (area) => {
    const line = Object.assign(document.createElement("p"), { className: "hint count" });
    let timer;
    const count = () => {
      const number = countWords(area.value);
      const minutes = Math.max(1, Math.round(number / Number(area.dataset.wordsPerMinute)));
      const values = { words: number.toLocaleString(document.documentElement.lang), minutes };
      line.textContent = texts.dataset.count.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    };
    const countSoon = () => {
      clearTimeout(timer);
      timer = setTimeout(count, 300);
    };
    area.after(line);
    area.addEventListener("input", countSoon);
    area.addEventListener("valuechanged", countSoon);
    count();
  };

  // <details data-preview-of="id of the text" data-stylesheet="style sheet of the page">: a live preview while it is open. The
  // style sheet is loaded with the first preview, so that the edit page itself is lighter.

  const loadStylesheet = (href) => {
    if (!href || document.querySelector(`link[href="${href}"]`)) return;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
  };

  const addPreview = (details) => {
    const area = document.getElementById(details.dataset.previewOf);
    const page =
      details.querySelector("div") ??
      details.appendChild(Object.assign(document.createElement("div"), { className: "preview", lang: area.lang }));
    let timer;
    let shown = null;
    const show = async () => {
      if (!details.open) return;
      loadStylesheet(details.dataset.stylesheet);
      const text = area.value;
      if (text === shown) return;
      const { csrf_token: token } = area.form.elements;
      const body = new URLSearchParams({ csrf_token: token.value, text, language: area.lang });
      const response = await fetch(area.form.dataset.preview, { method: "POST", body }).catch(() => null);
      if (!response?.ok || response.redirected) {
        if (shown === null) page.textContent = texts.dataset.noPreview;
        return;
      }
      const html = await response.text();
      if (text !== area.value) return; // A newer preview has been requested.
      shown = text;
      page.innerHTML = html;
    };
    const showSoon = () => {
      clearTimeout(timer);
      timer = setTimeout(show, 1000);
    };
    details.hidden = false;
    details.addEventListener("toggle", show);
    area.addEventListener("input", showSoon);
    area.addEventListener("valuechanged", showSoon);
  };

  for (const area of document.querySelectorAll("textarea[data-markdown]")) {
    addToolbar(area);
    addCount(area);
    area.addEventListener("copy", copy);
    area.addEventListener("cut", copy);
    area.addEventListener("keydown", undoByKey);
    area.addEventListener("beforeinput", continueList);
    area.addEventListener("input", () => showRefusal(area));
    area.addEventListener("paste", paste);
    area.addEventListener("drop", drop);
    area.addEventListener("dragover", (event) => {
      if (event.dataTransfer.types.includes("Files")) event.preventDefault();
    });
  }
  document.querySelectorAll("details[data-preview-of]").forEach(addPreview);
  document.querySelectorAll("[data-picture-field]").forEach(addPictureField);
})();
