// A request to the API, and how far it is.

export function ask(operation, data, {accept = "", progressed = () => {}, signal} = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/${operation}`);
    if (accept) request.setRequestHeader("Accept", accept);
    request.responseType = "blob";
    request.upload.onprogress = event => progressed(event.loaded, event.total);
    request.onerror = () => reject(new Error("The desk does not answer. Start tadp desk again."));
    request.onabort = () => reject(new Error("Stopped. Nothing was kept."));
    request.onload = async () => {
      if (request.status === 200) {
        const name = /filename="([^"]+)"/.exec(request.getResponseHeader("Content-Disposition") || "");
        const notes = JSON.parse(request.getResponseHeader("Tadp-Notes") || "[]");
        resolve({blob: request.response, name: name ? name[1] : "", notes});
        return;
      }
      let problem = {detail: `The desk answered ${request.status}.`, lines: []};
      try { problem = JSON.parse(await request.response.text()); } catch { /* no more is known */ }
      reject(Object.assign(new Error(problem.detail), {lines: problem.lines || []}));
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(data);
  });
}

export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
