// Files that are chosen or dropped: listed by name, kept until the form is sent.

const chosen = new WeakMap();
const MOST_LISTED = 8;

export const filesOf = input => chosen.get(input) || [];

// A name as text: signs that change the direction of what follows, or are not seen, are spelt out.
export function visible(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    sign => `[U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
}

export function named(text) {
  const name = document.createElement("bdi");
  name.textContent = visible(text);
  return name;
}

export function sized(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let unit = 0;
  for (; bytes >= 1000 && unit < 3; unit += 1) bytes /= 1000;
  return `${unit ? bytes.toFixed(1) : bytes} ${units[unit]}`;
}

// A field that takes several files gets more of them; one of the same name takes its place.
export function give(input, entries) {
  const before = input.multiple ? filesOf(input) : [];
  const fresh = input.multiple ? entries : entries.slice(-1);
  const names = new Set(fresh.map(one => one.path));
  keep(input, [...before.filter(one => !names.has(one.path)), ...fresh]);
}

export function keep(input, entries) {
  chosen.set(input, entries);
  if (input.dataset.required) input.required = entries.length === 0;
  list(input);
  input.dispatchEvent(new CustomEvent("chosen", {bubbles: true}));
}

function list(input) {
  const place = input.closest(".drop");
  const entries = filesOf(input);
  const lines = entries.slice(0, MOST_LISTED).map(one => {
    const line = document.createElement("li");
    const size = document.createElement("span");
    size.className = "meta";
    size.textContent = sized(one.file.size);
    line.append(named(one.path), " ", size, " ", remover("Remove", visible(one.path), () =>
      keep(input, filesOf(input).filter(other => other !== one))));
    return line;
  });
  if (entries.length > 1) {
    const line = document.createElement("li");
    const total = entries.reduce((sum, one) => sum + one.file.size, 0);
    line.append(`${entries.length.toLocaleString("en-GB")} files, ${sized(total)} `,
      remover("Remove all", "", () => keep(input, [])));
    lines.push(line);
  }
  place.querySelector(".chosen").replaceChildren(...lines);
}

function remover(text, name, remove) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = text;
  if (name) button.setAttribute("aria-label", `${text} ${name}`);
  button.addEventListener("click", () => {
    const next = button.closest(".drop").querySelector("input");
    remove();
    next.focus();
  });
  return button;
}

export function takeFiles(area) {
  const input = area.querySelector("input[type=file]:not([webkitdirectory])");
  const folder = area.querySelector("input[webkitdirectory]");
  const shown = document.createElement("ul");
  shown.className = "chosen";
  shown.setAttribute("aria-live", "polite");
  area.append(shown);
  if (input.required) input.dataset.required = "yes";
  for (const one of folder ? [input, folder] : [input]) {
    one.addEventListener("change", () => {
      const entries = [...one.files].map(file => ({file, path: file.webkitRelativePath || file.name}));
      // So that the same file can be chosen again.
      one.value = "";
      if (entries.length) give(input, entries);
    });
  }
  let inside = 0;
  area.addEventListener("dragover", event => event.preventDefault());
  area.addEventListener("dragenter", () => { inside += 1; area.classList.add("over"); });
  area.addEventListener("dragleave", () => { if (--inside < 1) area.classList.remove("over"); });
  area.addEventListener("drop", async event => {
    event.preventDefault();
    inside = 0;
    area.classList.remove("over");
    const entries = await dropped(event.dataTransfer);
    if (entries.length) give(input, entries);
  });
}

async function dropped(transfer) {
  // Both are gone as soon as something is awaited.
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [...transfer.files].map(file => ({file, path: file.name}));
  if (!entries.some(entry => entry.isDirectory)) return files;
  return (await Promise.all(entries.map(entry => within(entry, "")))).flat();
}

async function within(entry, above) {
  const path = `${above}${entry.name}`;
  if (entry.isFile) {
    return [{file: await new Promise((done, failed) => entry.file(done, failed)), path}];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A folder is handed out in parts, the last of which is empty.
    const part = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!part.length) return found.flat();
    for (const one of part) found.push(await within(one, `${path}/`));
  }
}
