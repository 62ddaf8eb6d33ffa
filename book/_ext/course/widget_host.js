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

// A state that waits in a file of its own. Scripts load from folders, too.
const fetched = (source) =>
  new Promise((done, failed) => {
    const script = document.createElement("script");
    script.onload = () => done(script.state);
    script.onerror = () => failed(new Error(`${source} could not be loaded`));
    script.src = source;
    document.head.append(script);
  });

// Replaces the fallback, unless anything goes wrong.
async function start(place) {
  try {
    const { stateFile, state, widget: name } = place.dataset;
    const model = new Model(stateFile ? await fetched(stateFile) : JSON.parse(state));
    const { default: widget } = await load(name);
    const fallback = [...place.childNodes];
    const el = document.createElement("div");
    place.append(el);
    await widget.render({ model, el });
    // Not replaceChildren(el): moving el would take the focus from its controls.
    for (const node of fallback) node.remove();
    place.dataset.ready = "";
  } catch (error) {
    console.error(`The figure "${place.dataset.widget}" did not start:`, error);
  }
}

// A button that starts a figure which is too heavy to come unasked.
function offer(place) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = place.dataset.ask;
  button.onclick = async () => {
    const again = button.onclick;
    button.onclick = null;
    button.textContent = "Loading ...";
    await start(place);
    if ("ready" in place.dataset) {
      place.querySelector("select, input, button").focus();
    } else {
      button.textContent = "It could not be loaded. Try again";
      button.onclick = again;
    }
  };
  place.prepend(button);
}

// Deferred, so the page is parsed. Figures start when the reader comes near; a button
// is there at once, for those who jump from button to button.
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
  if (place.dataset.ask) offer(place);
  else near.observe(place);
  if (location.hash.startsWith(`#${place.dataset.widget}&`)) place.scrollIntoView();
}
