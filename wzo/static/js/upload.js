// Pictures are uploaded one by one, with their progress told; they can be dropped anywhere on the page.
(() => {
  "use strict";

  const LARGEST = 20 * 1024 * 1024;

  // Send one picture: gives the list items of the answer. `tell` is called with the percentage that has been sent.
  const send = (action, token, file, tell) =>
    new Promise((resolve, reject) => {
      const body = new FormData();
      body.append("csrf_token", token);
      body.append("pictures", file);
      const request = new XMLHttpRequest();
      request.open("POST", action);
      request.setRequestHeader("HX-Request-Type", "partial");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) tell(Math.round((100 * event.loaded) / event.total));
      });
      request.addEventListener("load", () => {
        if (request.status === 200 || request.status === 422) resolve(request.responseText);
        else reject(new Error(String(request.status)));
      });
      request.addEventListener("error", () => reject(new Error("network")));
      request.send(body);
    });

  for (const form of document.querySelectorAll("form[data-upload]")) {
    const list = form.querySelector("[data-uploads]");
    const status = form.querySelector("[data-upload-status]");
    const field = form.querySelector("input[type=file]");
    const token = form.elements.csrf_token.value;
    const words = (key, name, percent) =>
      form.dataset[key].replace("{name}", () => name).replace("{percent}", () => percent);
    // One at a time, in the order in which they were chosen.
    let last = Promise.resolve();

    const upload = async (file, row) => {
      const label = row.querySelector("label");
      const bar = row.querySelector("progress");
      const say = (text) => {
        label.textContent = status.textContent = text;
      };
      const fail = (text) => {
        say(text);
        bar.remove();
        row.classList.add("refused");
      };
      if (file.size > LARGEST) {
        fail(words("tooLarge", file.name));
        return;
      }
      let spoken = -1;
      try {
        const html = await send(form.action, token, file, (percent) => {
          bar.value = percent;
          label.textContent = percent < 100 ? words("sending", file.name, percent) : words("cleaning", file.name);
          // A quarter at a time is read out, not every step.
          if (Math.floor(percent / 25) !== spoken) {
            spoken = Math.floor(percent / 25);
            status.textContent = label.textContent;
          }
        });
        row.insertAdjacentHTML("beforebegin", html);
        status.textContent = row.previousElementSibling.textContent.trim();
        row.remove();
      } catch {
        fail(words("failed", file.name));
      }
    };

    const take = (files) => {
      for (const file of files) {
        const row = document.createElement("li");
        const label = document.createElement("label");
        const bar = document.createElement("progress");
        label.textContent = words("sending", file.name, 0);
        bar.max = 100;
        bar.value = 0;
        bar.id = `upload-${list.children.length}-${Date.now()}`;
        label.htmlFor = bar.id;
        row.append(label, bar);
        list.append(row);
        last = last.then(() => upload(file, row));
      }
    };

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      take(field.files);
      field.value = "";
    });
    field.addEventListener("change", () => {
      take(field.files);
      field.value = "";
    });

    form.querySelector("[data-drop-hint]").hidden = false;
    const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      form.classList.add("dropping");
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) form.classList.remove("dropping");
    });
    document.addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      form.classList.remove("dropping");
      take(event.dataTransfer.files);
    });
  }
})();
