// The fields of the edit page: their values, the values that the server has, and the revisions on which they are based.
//
// <form id="edit" data-autosave="…" data-buffer="…"> has fields named <locale>.<field>, and for each locale the id of the
// revision that it shows, base.<locale>. A field that shows an older revision than its locale has a base of its own.
(() => {
  "use strict";
  const form = document.getElementById("edit");
  if (!form?.dataset.autosave) return;
  const { crc32, replacement, replaceParts } = globalThis.patches;

  // Characters from which on a text is sent as a patch.
  const MIN_PATCHED = 1000;

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
      // An enhanced field shows its new value; "input" would save it again.
      field.dispatchEvent(new CustomEvent("valuechanged", { bubbles: true }));
    }
  };
  const normalize = (values) => values.join("\n").replace(/\r\n?/g, "\n");
  // The label of a field that exists in each language includes the language.
  const labelOf = (name) => {
    const { ariaLabel, labels } = visibleField(name);
    return ariaLabel ?? labels?.[0]?.textContent.replace(/\s+/g, " ").trim() ?? name;
  };

  const isAutosaved = ({ name, type }) =>
    Boolean(name && form.elements[`base.${localeOf(name)}`]) && !["submit", "button", "file"].includes(type);
  const autosaved = [...form.elements].filter(isAutosaved).filter(({ name }) => visibleField(name));
  // The values that the server has, by the names of the fields; and the names of those that it does not have as they are.
  const saved = new Map(autosaved.map(({ name }) => [name, original(name)]));
  const dirty = new Set();

  const baseOf = (name) => form.elements[`base.${name}`]?.value ?? form.elements[`base.${localeOf(name)}`]?.value;
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

  // The text that the server has in a field's base revision. Patches are made for it.
  const bases = new Map([...saved].map(([name, values]) => [name, { id: baseOf(name), text: normalize(values) }]));
  const updateBases = () => {
    for (const [name, values] of saved) {
      if (bases.get(name)?.id !== baseOf(name)) bases.set(name, { id: baseOf(name), text: normalize(values) });
    }
  };
  // Fields of which the server could not use a patch.
  const whole = new Set();
  // Lone surrogates become replacement characters on their way, so the result would be another text.
  const patchFor = (name, text) => {
    const base = bases.get(name);
    if (text.length < MIN_PATCHED || base?.id !== baseOf(name) || whole.has(name) || !text.isWellFormed?.()) return null;
    const [start, end, inserted] = replacement(base.text, text);
    return inserted.length < text.length / 2 ? JSON.stringify([crc32(text), [start, end, inserted]]) : null;
  };

  // Show the server's version of a text that was sent. False if the same part was changed meanwhile.
  const showParts = (name, sent, parts) => {
    const field = visibleField(name);
    const now = normalize(read(name));
    const [start, end, inserted] = now === sent ? [Infinity, Infinity, ""] : replacement(sent, now);
    if (parts.some((part) => part[0] < end && part[1] > start)) return false;
    const shift = [...inserted].length - (end - start);
    const moved = parts.map(([from, to, text]) => (from >= end ? [from + shift, to + shift, text] : [from, to, text]));
    // The caret stays at its letter.
    const { scrollTop, value } = field;
    const positions = [field.selectionStart, field.selectionEnd].map((units) => {
      const position = [...value.slice(0, units)].length;
      const before = moved.filter(([, to]) => to <= position);
      return before.reduce((sum, [from, to, text]) => sum + [...text].length - (to - from), position);
    });
    field.value = replaceParts(value, moved);
    const points = [...field.value];
    if (field === document.activeElement) field.setSelectionRange(...positions.map((it) => points.slice(0, it).join("").length));
    field.scrollTop = scrollTop;
    field.dispatchEvent(new CustomEvent("valuechanged", { bubbles: true }));
    return true;
  };

  globalThis.editing = {
    form,
    key: form.dataset.buffer,
    editSession: form.elements.edit_session.value,
    ...{ visibleField, read, write, normalize, labelOf, saved, dirty },
    ...{ baseOf, setBase, bases, updateBases, whole, patchFor, showParts, MIN_PATCHED },
  };
})();
