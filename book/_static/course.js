/* Formulas that are wider than the screen scroll: let the keyboard reach them. */
{
  const mark = () => {
    // First look at all, then change: else each change costs a new layout.
    const formulas = [...document.querySelectorAll(".katex-display")];
    const wide = formulas.map((formula) => formula.scrollWidth > formula.clientWidth + 1);
    formulas.forEach((formula, k) => {
      if (wide[k]) {
        formula.tabIndex = 0;
        formula.setAttribute("role", "group");
        formula.setAttribute("aria-label", "Formula, scrolls sideways");
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) formula.removeAttribute(name);
      }
    });
  };
  addEventListener("load", mark);
  addEventListener("resize", mark);
  document.fonts.ready.then(mark);
}

/* Excerpts of search results: each formula once, not as text, MathML and TeX. */
addEventListener("DOMContentLoaded", () => {
  if (typeof Search === "undefined") return;
  const toText = Search.htmlToText;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const twin of page.querySelectorAll(".katex-mathml, .headerlink")) twin.remove();
    return toText(page.documentElement.outerHTML, anchor);
  };
});

/* Which chapters have been read: kept in this browser, and nowhere else. */
{
  const KEY = "chapters-read";
  const name = (url) => new URL(url, location).pathname.match(/notebooks\/(\d\d_\w+)\.html$/)?.[1];
  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return new Set(Array.isArray(kept) ? kept : []);
    } catch {
      return new Set();
    }
  };
  const show = () => {
    const done = read();
    for (const link of document.querySelectorAll(".bd-links a, .sd-card a.sd-stretched-link")) {
      const place = link.closest("li, .sd-card");
      place.querySelector(":scope > a > .read-mark, :scope > .read-mark")?.remove();
      if (!done.has(name(link.href))) continue;
      const mark = Object.assign(document.createElement("span"), { className: "read-mark" });
      mark.innerHTML = '<span aria-hidden="true">✓</span><span class="visually-hidden">read</span>';
      (link.matches(".sd-stretched-link") ? place : link).append(mark);
    }
  };
  const here = name(location.href);
  const chapter = document.querySelector("article.bd-article");
  if (here && chapter) {
    const label = document.createElement("label");
    label.className = "read-switch";
    label.innerHTML = '<input type="checkbox"> I have read this chapter';
    const box = label.firstElementChild;
    box.checked = read().has(here);
    box.addEventListener("change", () => {
      const done = read();
      done[box.checked ? "add" : "delete"](here);
      localStorage.setItem(KEY, JSON.stringify([...done].sort()));
      show();
    });
    chapter.append(label);
  }
  show();
}

/* One switch for all folded code of a chapter, one for all its answers. */
{
  const article = document.querySelector("article.bd-article");
  const kinds = {
    code: ["Show all code", ".tag_hide-input details.hide"],
    answers: ["Show all answers", ".tag_answer details.hide"],
  };
  const place = article?.querySelector("section > section");
  if (place && article.querySelector("details.hide")) {
    const controls = document.createElement("div");
    controls.className = "fold-controls";
    controls.setAttribute("role", "group");
    controls.setAttribute("aria-label", "What to show");
    for (const [kind, [words, selector]] of Object.entries(kinds)) {
      const label = document.createElement("label");
      label.innerHTML = '<input type="checkbox"> ';
      label.append(words);
      const box = label.firstElementChild;
      const show = () => {
        for (const fold of article.querySelectorAll(selector)) fold.open = box.checked;
      };
      try {
        box.checked = localStorage.getItem(`show-${kind}`) === "yes";
      } catch {} // storage may be blocked
      if (box.checked) show();
      box.addEventListener("change", () => {
        show();
        try {
          localStorage.setItem(`show-${kind}`, box.checked ? "yes" : "no");
        } catch {}
      });
      controls.append(label);
    }
    place.before(controls);
  }
}
