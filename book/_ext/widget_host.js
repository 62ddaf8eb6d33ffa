// The part of a Jupyter widget model that our modules use, without a kernel.
class Model {
  constructor(state) {
    this.state = state;
    this.listeners = {};
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    if (this.state[name] === value) return;
    this.state[name] = value;
    for (const listener of this.listeners[`change:${name}`] || []) listener();
  }
  save_changes() {}
  on(event, listener) {
    (this.listeners[event] ||= new Set()).add(listener);
  }
  off(event, listener) {
    this.listeners[event]?.delete(listener);
  }
}

const loaded = {};
const load = (name) =>
  (loaded[name] ||= import(
    URL.createObjectURL(new Blob([MODULES[name]], { type: "text/javascript" }))
  ));

// Replaces the fallback, unless anything goes wrong.
async function start(place) {
  try {
    const { default: widget } = await load(place.dataset.widget);
    const fallback = [...place.childNodes];
    const el = document.createElement("div");
    place.append(el);
    await widget.render({ model: new Model(JSON.parse(place.dataset.state)), el });
    // Not replaceChildren(el): moving el would take the focus from its controls.
    for (const node of fallback) node.remove();
    place.dataset.ready = "";
  } catch (error) {
    console.error(`The figure "${place.dataset.widget}" did not start:`, error);
  }
}

// Deferred, so the page is parsed. Figures start when the reader comes near.
// A link to a picture, #name_of_the_figure&setting=value&..., leads to its figure.
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      start(target);
    }
  },
  { rootMargin: "400px" },
);
for (const place of document.querySelectorAll(".course-widget")) {
  near.observe(place);
  if (location.hash.startsWith(`#${place.dataset.widget}&`)) place.scrollIntoView();
}
