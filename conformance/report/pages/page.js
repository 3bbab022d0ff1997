"use strict";
(() => {
  const form = document.querySelector(".filter");
  const items = [...document.querySelectorAll(".item")];
  const folds = [...document.querySelectorAll("details.submission")];
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) {
      // A row is found by the words of what it stands under, too.
      const title = item.parentElement.closest("details.group")?.firstElementChild;
      texts.set(item, `${title ? title.textContent : ""} ${item.textContent}`.toLowerCase());
    }
    return texts.get(item);
  };
  if (form) {
    const { text, state, count } = form.elements;
    const apply = () => {
      const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      let total = 0;
      for (const item of items) {
        const fits = (!state.value || item.dataset.state === state.value) &&
          words.every((word) => textOf(item).includes(word));
        item.hidden = !fits;
        if (item.classList.contains("counted")) {
          total += 1;
          shown += fits;
        }
      }
      for (const title of document.querySelectorAll(".group")) {
        title.hidden = !title.querySelector(".item:not([hidden])");
      }
      count.value = shown === total ? `${total} in all` : `${shown} of ${total}`;
    };
    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(apply, 80);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("click", (event) => {
      const wanted = event.target.dataset.all;
      if (!wanted) return;
      for (const one of folds) {
        if (!one.hidden) one.open = wanted === "open";
      }
    });
    form.hidden = false;
    apply();
  }
  const follow = () => {
    const target = document.querySelector(":target");
    if (!target) return;
    const around = target.closest(".item, details");
    if (around) {
      around.hidden = false;
      if (around.tagName === "DETAILS") around.open = true;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  if (location.hash) follow();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = folds.filter((one) => !one.open && !one.hidden);
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
})();
