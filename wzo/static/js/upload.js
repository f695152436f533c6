// Uploads pictures or files one by one and shows their progress; they can be dropped anywhere on the page.
(() => {
  "use strict";

  // Send one of them; resolves to the list items of the response. `onProgress` gets the percentage that has been sent.
  const send = (action, token, name, file, onProgress) =>
    new Promise((resolve, reject) => {
      const body = new FormData();
      body.append("csrf_token", token);
      body.append(name, file);
      const request = new XMLHttpRequest();
      request.open("POST", action);
      request.setRequestHeader("HX-Request-Type", "partial");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) onProgress(Math.round((100 * event.loaded) / event.total));
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
    const message = (key, name, percent) =>
      form.dataset[key].replace("{name}", () => name).replace("{percent}", () => percent);
    // They are sent one at a time, in the order in which they were chosen.
    let queue = Promise.resolve();

    const upload = async (file, row) => {
      const label = row.querySelector("label");
      const bar = row.querySelector("progress");
      const fail = (text) => {
        label.textContent = status.textContent = text;
        bar.remove();
        row.classList.add("refused");
      };
      if (file.size > Number(form.dataset.maxSize)) {
        fail(message("tooLarge", file.name));
        return;
      }
      let announced = -1;
      try {
        const html = await send(form.action, token, field.name, file, (percent) => {
          bar.value = percent;
          label.textContent = percent < 100 ? message("sending", file.name, percent) : message("cleaning", file.name);
          // Screen readers announce every quarter, not every step.
          if (Math.floor(percent / 25) !== announced) {
            announced = Math.floor(percent / 25);
            status.textContent = label.textContent;
          }
        });
        row.insertAdjacentHTML("beforebegin", html);
        status.textContent = row.previousElementSibling.textContent.trim();
        row.remove();
        form.dispatchEvent(new Event("uploaded", { bubbles: true })); // The list below is loaded again.
      } catch {
        fail(message("failed", file.name));
      }
    };

    const addFiles = (files) => {
      for (const file of files) {
        const row = document.createElement("li");
        const label = document.createElement("label");
        const bar = document.createElement("progress");
        label.textContent = message("sending", file.name, 0);
        bar.max = 100;
        bar.value = 0;
        bar.id = `upload-${list.children.length}-${Date.now()}`;
        label.htmlFor = bar.id;
        row.append(label, bar);
        list.append(row);
        queue = queue.then(() => upload(file, row));
      }
    };

    const addChosen = () => {
      addFiles(field.files);
      field.value = "";
    };
    // They are sent as soon as they are chosen, or have been chosen before this script ran.
    field.addEventListener("change", addChosen);
    form.querySelector("[type=submit]").hidden = true;
    addChosen();

    form.querySelector("[data-drop-hint]").hidden = false;
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      form.classList.add("drop-active");
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) form.classList.remove("drop-active");
    });
    document.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      form.classList.remove("drop-active");
      addFiles(event.dataTransfer.files);
    });
  }
})();
