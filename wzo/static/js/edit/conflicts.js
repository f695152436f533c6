// Fields that another editor has changed too: both texts, and buttons to choose one.
(() => {
  "use strict";
  const { form, visibleField, read, write, saved, setBase, bases, updateBases } = globalThis.editing ?? {};
  if (!form) return;

  const remove = (name) => {
    const field = visibleField(name);
    const id = `${field.id}-conflict`;
    document.getElementById(id)?.remove();
    const left = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((it) => it !== id).join(" ");
    if (left) field.setAttribute("aria-describedby", left);
    else field.removeAttribute("aria-describedby");
  };

  // Shows one; `resolved` gets the name of the field when the editor has chosen.
  const show = (name, { theirs, shown, who }, resolved) => {
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
    // With their value, or with that of the field.
    const resolve = (value) => {
      remove(name);
      setBase(name);
      if (value) write(name, value);
      saved.set(name, value ? read(name) : []);
      if (value) updateBases();
      else bases.delete(name);
      resolved(name);
      visibleField(name).focus();
    };
    box.querySelector("[data-use-theirs]").addEventListener("click", () => resolve([theirs].flat()));
    box.querySelector("[data-keep-mine]").addEventListener("click", () => resolve());
    (field.closest("fieldset.field, .check") ?? field).after(box);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  };

  globalThis.editing.conflicts = { show, remove };
})();
