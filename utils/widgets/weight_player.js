// Weights over training: heatmaps of every layer, one group per penalty.
// One ES module for Jupyter (anywidget) and for the website (book/_ext/course/widget_host.py):
// no imports, and of the model only get, set, save_changes, on, off.

const CSS = `
.dc-player { margin: .5rem 0; }
.dc-player .controls { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.dc-player button { font: inherit; color: inherit; background: none; cursor: pointer;
  border: 1px solid; border-radius: .4rem; min-width: 6rem; min-height: 2.5rem; }
.dc-player input { flex: 1 1 9rem; min-width: 0; min-height: 2.5rem; margin: 0;
  accent-color: var(--positive); }
.dc-player :focus-visible { outline: 3px solid var(--negative); outline-offset: 2px; }
.dc-player .epoch { min-width: 8.5em; font-variant-numeric: tabular-nums; }
.dc-player .runs { display: grid; gap: 1rem 2rem; margin: .75rem 0;
  grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); }
.dc-player .name { font-weight: 600; }
.dc-player .name svg { width: .75em; margin-right: .4em; fill: currentColor; }
.dc-player .layers { display: flex; align-items: center; gap: 3%; margin: .35rem 1px; }
.dc-player canvas { min-width: 0; height: auto; image-rendering: pixelated;
  outline: 1px solid color-mix(in srgb, currentColor 45%, transparent); }
.dc-player p { margin: 0; font-size: .875em; font-variant-numeric: tabular-nums; }
.dc-player .key { display: inline-block; width: 5rem; margin: 0 .3em; height: .8em; vertical-align: -.1em;
  outline: 1px solid color-mix(in srgb, currentColor 45%, transparent);
  background: linear-gradient(90deg, var(--negative), transparent, var(--positive)); }
.dc-player .said { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
`;

const make = (tag, className, parent, text = "") => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  parent.append(node);
  return node;
};

function render({ model, el }) {
  const [looks, shapes, epochs, signs, largest] =
    ["looks", "shapes", "epochs", "signs", "largest"].map((name) => model.get(name));
  const last = epochs.length - 1;
  const weights = shapes.reduce((sum, [rows, columns]) => sum + rows * columns, 0);
  const cells = model.get("cells").map((text) =>
    Int8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  // The page's parts
  const root = make("div", "dc-player", el);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Player: the weights over the epochs of training");
  make("style", "", root, CSS);
  const controls = make("div", "controls", root);
  const button = make("button", "", controls, "Play");
  button.type = "button";
  const slider = make("input", "", controls);
  Object.assign(slider, { type: "range", min: 0, max: last, step: 1 });
  slider.setAttribute("aria-label", "Epoch");
  for (const control of [button, slider]) {
    control.dataset.lmSuppressShortcuts = "true";   // else JupyterLab takes the arrow keys
  }
  const clock = make("span", "epoch", controls);
  const said = make("div", "said", root);
  said.setAttribute("role", "status");

  const groups = make("div", "runs", root);
  const runs = looks.map((look, index) => {
    const group = make("div", "", groups);
    const name = make("div", "name", group);
    name.innerHTML = `<svg viewBox="0 0 12 12" aria-hidden="true"><path d="${look.marker}"/></svg>`;
    name.append(look.label);
    const layers = make("div", "layers", group);
    layers.setAttribute("role", "img");
    const canvases = shapes.map(([rows, columns]) => {
      const canvas = make("canvas", "", layers);
      Object.assign(canvas, { width: columns, height: rows });
      Object.assign(canvas.style, { flex: `${columns} 1 0`, maxWidth: `${2 * columns}rem` });
      return canvas;
    });
    return { look, cells: cells[index], name, layers, canvases, text: make("p", "", group) };
  });
  const key = make("p", "", root, `−${model.get("scale")}`);
  make("span", "key", key);
  key.append(`${model.get("scale")}. One box per layer: a row for each input, a column for `
    + `each output. Blank: within ${model.get("near_zero")} of 0.`);

  // Colors follow the text's color, so that any host's dark theme is met
  let dark, tints;
  const look = () => {
    if (!el.isConnected) return;   // Jupyter shows it only after this function
    const [r, g, b] = getComputedStyle(el).color.match(/[\d.]+/g).map(Number);
    dark = +(0.3 * r + 0.6 * g + 0.1 * b > 128);
    tints = ["negative", "positive"].map((sign) => {
      root.style.setProperty(`--${sign}`, signs[sign][dark]);
      return signs[sign][dark].match(/\w\w/g).map((part) => parseInt(part, 16));
    });
    for (const run of runs) run.name.style.color = run.look.colors[dark];
    draw();
  };

  const sentence = (run, index, frame) => {
    const shown = run.cells.subarray(frame * weights, (frame + 1) * weights);
    const near = shown.reduce((count, level) => count + (level === 0), 0);
    return `${near} of ${weights} weights within ${model.get("near_zero")} of 0, `
      + `largest ${largest[index][frame]}`;
  };

  function draw() {
    const frame = model.get("frame");
    slider.value = frame;
    clock.textContent = `epoch ${epochs[frame]} of ${epochs[last]}`;
    slider.setAttribute("aria-valuetext", clock.textContent);
    runs.forEach((run, index) => {
      let cell = frame * weights;
      for (const canvas of run.canvases) {
        const { width, height } = canvas, image = new ImageData(width, height);
        for (let k = 0; k < width * height; k++, cell++) {
          const level = run.cells[cell], strength = Math.abs(level) / 127;
          image.data.set(tints[+(level > 0)], 4 * k);
          image.data[4 * k + 3] = level ? 255 * (0.1 + 0.9 * strength) : 0;
        }
        canvas.getContext("2d").putImageData(image, 0, 0);
      }
      run.text.textContent = sentence(run, index, frame);
      run.layers.setAttribute("aria-label", `Heatmaps, ${run.look.label}: ${run.text.textContent}`);
    });
  }

  // Playing. Only what stands still is said aloud and sent to the kernel.
  let timer = null;
  const show = (frame) => model.set("frame", frame);
  const rest = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
    model.save_changes();
    said.textContent = `Epoch ${epochs[model.get("frame")]}. `
      + runs.map((run) => `${run.look.label}: ${run.text.textContent}.`).join(" ");
  };
  const play = () => {
    if (model.get("frame") === last) show(0);
    button.textContent = "Pause";
    const leap = calm.matches ? Math.ceil(last / 10) : 1;   // a few stills, one a second
    timer = setInterval(() => {
      show(Math.min(model.get("frame") + leap, last));
      if (model.get("frame") === last || !root.isConnected) rest();
    }, calm.matches ? 1000 : 90);
  };
  button.onclick = () => (timer ? rest() : play());
  slider.oninput = () => { if (timer) rest(); show(Number(slider.value)); };
  slider.onchange = rest;
  slider.onkeydown = (event) => {
    if (event.key === " ") { event.preventDefault(); button.click(); }
  };

  model.on("change:frame", draw);
  const watch = new MutationObserver(look);
  for (const node of [document.documentElement, document.body]) {
    watch.observe(node, { attributes: true });
  }
  const shown = new ResizeObserver(look);
  shown.observe(root);
  look();
  return () => {
    clearInterval(timer);
    watch.disconnect();
    shown.disconnect();
    model.off("change:frame", draw);
  };
}

export default { render };
