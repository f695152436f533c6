// The line with the state of saving. It changes often, but screen readers announce it only when the state changes.
(() => {
  "use strict";
  const { form } = globalThis.editing ?? {};
  if (!form) return;

  const state = document.getElementById("save-state");
  const signIn = document.getElementById("sign-in-again");
  const visible = Object.assign(document.createElement("span"), { ariaHidden: "true" });
  const announced = Object.assign(document.createElement("span"), { className: "visually-hidden" });
  state.replaceChildren(visible, announced);
  // Uploads on their way. Until they end, the line does not say that everything is saved.
  let uploads = 0;
  let last = [];
  const hasFile = () => [...form.elements].some(({ files }) => files?.length > 0);
  const show = (wanted, values = {}) => {
    last = [wanted, values];
    const isSaved = ["unchanged", "saved", "theirs"].includes(wanted);
    const name = !isSaved ? wanted : uploads > 0 ? "uploading" : hasFile() ? "notUploaded" : wanted;
    const message = values.error ?? state.dataset[name].replace("{time}", values.time ?? "");
    visible.textContent = message;
    state.dataset.state = name;
    signIn.hidden = name !== "signedOut" && !(name === "saving" && !signIn.hidden);
    const aloud = values.error ?? state.dataset[`${name}Aloud`] ?? message;
    if (["saving", "unsaved", "unchanged", "uploading"].includes(name) || announced.textContent === aloud) return;
    announced.textContent = aloud;
  };
  form.addEventListener("uploading", ({ detail }) => {
    uploads += detail;
    show(...last);
  });

  globalThis.editing.statusLine = { show, hasFile, isUploading: () => uploads > 0, isUnsaved: () => last[0] === "unsaved" };
})();
