// A frozen network that runs in the page: weights and a few lines, nothing else.
// One ES module for Jupyter (anywidget) and for the website (book/_ext/course/widget_host.py):
// no imports, and of the model only get, set, save_changes, on, off.

const ACTIVATIONS = {
  linear: (v) => v,
  relu: (v) => Math.max(v, 0),
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
  tanh: Math.tanh,
};

// The whole network: each layer is activation(h · kernel + bias).
export const run = (layers, x) => layers.reduce((h, { kernel, bias, activation }) =>
  bias.map((b, j) => ACTIVATIONS[activation](
    h.reduce((sum, v, i) => sum + v * Math.fround(kernel[i][j]), Math.fround(b)))), x);

const CSS = `
.dc-frozen { margin: .75rem 0; max-width: 34rem; }
.dc-frozen .row { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; }
.dc-frozen input { font: inherit; color: inherit; background: none; min-height: 2.5rem; }
.dc-frozen [type=number] { width: 7em; border: 1px solid; border-radius: .4rem; padding: 0 .5em; }
.dc-frozen [type=range] { flex: 1 1 9rem; min-width: 0; margin: 0; accent-color: var(--accent); }
.dc-frozen :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.dc-frozen output { font-weight: 600; font-size: 1.25em; font-variant-numeric: tabular-nums; }
.dc-frozen svg { display: block; width: 100%; margin: .5rem 0; overflow: visible; }
.dc-frozen p { margin: 0; font-size: .875em; }
`;

const make = (tag, parent, settings = {}) => {
  const node = parent.appendChild(document.createElement(tag));
  return Object.assign(node, settings);
};

function render({ model, el }) {
  const [layers, low, high, accent] = ["layers", "low", "high", "accent"].map((n) => model.get(n));
  const predict = (x) => run(layers, [x])[0];
  const root = make("div", el, { className: "dc-frozen" });
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "A frozen network: choose x, read its answer");
  make("style", root, { textContent: CSS });
  const row = make("div", root, { className: "row" });
  const label = make("label", row, { textContent: "x " });
  const number = make("input", label, { type: "number", step: "any" });
  const slider = make("input", row, { type: "range", min: low, max: high, step: "any" });
  slider.setAttribute("aria-label", "x");
  const answer = make("output", row);
  for (const input of [number, slider]) input.dataset.lmSuppressShortcuts = "true";

  // The curve in a box of 100 by 30
  const xs = Array.from({ length: 101 }, (_, k) => low + (high - low) * k / 100);
  const ys = xs.map(predict), bottom = Math.min(...ys), span = Math.max(...ys) - bottom || 1;
  const place = (x, y) => [100 * (x - low) / (high - low), 30 - 30 * (y - bottom) / span];
  const line = xs.map((x, k) => place(x, ys[k]).map((v) => v.toFixed(2)).join(" ")).join("L");
  make("div", root).innerHTML = `<svg viewBox="-2 -2 104 34" aria-hidden="true">
    <path d="M${line}" fill="none" stroke="currentColor" stroke-width=".7"/>
    <circle r="1.6" style="fill:var(--accent)"/></svg>`;
  const dot = root.querySelector("circle");
  const weights = layers.reduce((n, l) => n + l.bias.length * (l.kernel.length + 1), 0);
  make("p", root, { textContent: `${weights} numbers and no server: your browser computes this.` });

  const draw = () => {
    const x = model.get("x"), y = predict(x), [left, top] = place(x, y);
    if (document.activeElement !== number) number.value = +x.toFixed(4);
    slider.value = x;
    slider.setAttribute("aria-valuetext", `x ${x.toFixed(2)}, prediction ${y.toFixed(4)}`);
    answer.value = `ŷ = ${y.toFixed(6)}`;
    dot.setAttribute("cx", left);
    dot.setAttribute("cy", top);
    dot.style.display = x < low || x > high ? "none" : "";
  };
  const choose = (input) => {
    if (input.value === "") answer.value = "ŷ = ? (type a number)";
    else model.set("x", input.valueAsNumber);
  };
  for (const input of [number, slider]) {
    input.oninput = () => choose(input);
    input.onchange = () => model.save_changes();
  }
  const look = () => {
    if (!el.isConnected) return;
    const [r, g, b] = getComputedStyle(el).color.match(/[\d.]+/g).map(Number);
    root.style.setProperty("--accent", accent[+(0.3 * r + 0.6 * g + 0.1 * b > 128)]);
  };
  const watch = new MutationObserver(look), shown = new ResizeObserver(look);
  for (const node of [document.documentElement, document.body]) watch.observe(node, { attributes: true });
  shown.observe(root);
  model.on("change:x", draw);
  draw();
  return () => {
    watch.disconnect();
    shown.disconnect();
    model.off("change:x", draw);
  };
}

export default { render };
