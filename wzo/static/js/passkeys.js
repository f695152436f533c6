// Passkeys: a button asks the browser for a credential, which is submitted with the button's form.
(() => {
  "use strict";

  const isSupported = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials;

  for (const part of document.querySelectorAll("[data-passkeys]")) {
    if (!isSupported) {
      part.querySelector("[data-unsupported]")?.removeAttribute("hidden");
      continue;
    }
    part.hidden = false;
    const button = part.querySelector("[data-passkey]");
    const failure = part.querySelector("[data-failure]");
    const form = button.form;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failure.hidden = true;
      const options = JSON.parse(button.dataset.options);
      try {
        const credential =
          button.dataset.passkey === "create"
            ? await navigator.credentials.create({
                publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
              })
            : await navigator.credentials.get({
                publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
              });
        form.elements[button.dataset.field].value = JSON.stringify(credential.toJSON());
        form.submit();
      } catch {
        // Usually the editor has cancelled.
        failure.hidden = false;
      }
    });
  }
})();
