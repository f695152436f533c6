// Passkeys: a button asks the browser, and its answer is sent in the form that the button stands in.
(() => {
  "use strict";

  const able = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials;

  for (const part of document.querySelectorAll("[data-passkeys]")) {
    if (!able) {
      part.querySelector("[data-without]")?.removeAttribute("hidden");
      continue;
    }
    part.hidden = false;
    const button = part.querySelector("[data-passkey]");
    const trouble = part.querySelector("[data-trouble]");
    const form = button.form;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      trouble.hidden = true;
      const asked = JSON.parse(button.dataset.options);
      try {
        const answer =
          button.dataset.passkey === "create"
            ? await navigator.credentials.create({
                publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked),
              })
            : await navigator.credentials.get({
                publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked),
              });
        form.elements[button.dataset.field].value = JSON.stringify(answer.toJSON());
        form.submit();
      } catch {
        // Most often somebody has thought better of it.
        trouble.hidden = false;
      }
    });
  }
})();
