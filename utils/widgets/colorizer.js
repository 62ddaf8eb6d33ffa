// A colorizer that runs in the page: eight convolutions, photographs, a temperature.
// One ES module for Jupyter (anywidget) and for the website (book/_ext/course/widget_host.py):
// no imports, and of the model only get, set, save_changes, on, off.

const SIDE = 128, LONGEST = 512, SMALLEST = 32, MARGIN = 8;   // pixels

// --- Colors, with the constants of scikit-image -------------------------------------

const XYZ = [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169],
  [0.019334, 0.119193, 0.950227]];
const RGB = [[3.240481343, -1.537151516, -0.498536326],
  [-0.969254949, 1.875990001, 0.041555926], [0.055646639, -0.204041338, 1.057311069]];
const WHITE = [0.95047, 1, 1.08883];
const times = (rows, v) => rows.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);

// Red, green, blue and alpha from 0 to 255 -> { light, ab }; transparent is white paper.
export function toLab(pixels) {
  const n = pixels.length / 4, light = new Float32Array(n), ab = new Float32Array(2 * n);
  for (let p = 0; p < n; p++) {
    const alpha = pixels[4 * p + 3] / 255;
    const linear = [0, 1, 2].map((c) => {
      const v = pixels[4 * p + c] / 255 * alpha + 1 - alpha;
      return v > 0.04045 ? ((v + 0.055) / 1.055) ** 2.4 : v / 12.92;
    });
    const [x, y, z] = times(XYZ, linear).map((v, c) => {
      v /= WHITE[c];
      return v > 0.008856 ? Math.cbrt(v) : 7.787 * v + 16 / 116;
    });
    light[p] = 116 * y - 16;
    ab[2 * p] = 500 * (x - y);
    ab[2 * p + 1] = 200 * (y - z);
  }
  return { light, ab };
}

// The inverse; colors that no screen has are clipped.
export function toPixels({ light, ab }) {
  const pixels = new Uint8ClampedArray(4 * light.length).fill(255);
  light.forEach((l, p) => {
    const y = (l + 16) / 116;
    const xyz = [y + ab[2 * p] / 500, y, Math.max(y - ab[2 * p + 1] / 200, 0)];
    const linear = times(RGB, xyz.map((v, c) =>
      WHITE[c] * (v > 0.2068966 ? v ** 3 : (v - 16 / 116) / 7.787)));
    linear.forEach((v, c) => {
      pixels[4 * p + c] = 255 * (v > 0.0031308 ? 1.055 * v ** (1 / 2.4) - 0.055 : 12.92 * v);
    });
  });
  return pixels;
}

// --- The network --------------------------------------------------------------------

const floats = (text) =>
  new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

export function unpack(weights, shapes) {
  const numbers = floats(weights);
  let at = 0;
  return shapes.map(([inputs, outputs]) => ({
    inputs,
    outputs,
    kernel: numbers.subarray(at, at += 9 * inputs * outputs),
    bias: numbers.subarray(at, at += outputs),
  }));
}

// A valid 3x3 convolution of h, in the order rows, columns, channels. Most of what a
// ReLU lets through is 0, and 0 times a kernel need not be computed.
async function convolve({ inputs, outputs, kernel, bias }, h, height, width, relu, rest) {
  const out = new Float32Array((height - 2) * (width - 2) * outputs);
  const sum = new Float64Array(outputs);
  let to = 0;
  for (let y = 0; y < height - 2; y++) {
    for (let x = 0; x < width - 2; x++, to += outputs) {
      sum.set(bias);
      for (let k = 0; k < 9; k++) {
        const from = ((y + Math.floor(k / 3)) * width + x + k % 3) * inputs;
        for (let i = 0; i < inputs; i++) {
          const v = h[from + i], row = (k * inputs + i) * outputs;
          if (v !== 0) for (let o = 0; o < outputs; o++) sum[o] += v * kernel[row + o];
        }
      }
      for (let o = 0; o < outputs; o++) out[to + o] = relu && sum[o] < 0 ? 0 : sum[o];
    }
    await rest();
  }
  return out;
}

// L of a whole photograph -> the logits of each pixel's bins. `rest` is called after
// each row with the share that is done.
export async function run(layers, light, height, width, rest = () => {}) {
  const mirror = (k, n) => (k < 0 ? -k : k < n ? k : 2 * n - 2 - k);
  let rows = height + 2 * MARGIN, columns = width + 2 * MARGIN;
  let h = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const from = mirror(y - MARGIN, height) * width + mirror(x - MARGIN, width);
      h[y * columns + x] = light[from] / 50 - 1;
    }
  }
  const work = layers.map((layer) => layer.kernel.length);
  const all = work.reduce((sum, n) => sum + n, 0);
  let before = 0;
  for (const [k, layer] of layers.entries()) {
    const start = before, step = work[k] / all / (rows - 2);
    let row = 0;
    h = await convolve(layer, h, rows, columns, k < layers.length - 1,
      () => rest(start + step * ++row));
    rows -= 2;
    columns -= 2;
    before += work[k] / all;
  }
  return h;
}

// The annealed mean: probabilities to the power 1/T, and the mean of the bins' centers.
export function decode(logits, centers, temperature) {
  const bins = centers.length, ab = new Float32Array(2 * logits.length / bins);
  for (let p = 0; p < logits.length / bins; p++) {
    const own = logits.subarray(p * bins, (p + 1) * bins);
    const top = own.reduce((a, b) => Math.max(a, b));
    let sum = 0, a = 0, b = 0;
    for (let q = 0; q < bins; q++) {
      const share = Math.exp((own[q] - top) / temperature);
      sum += share;
      a += share * centers[q][0];
      b += share * centers[q][1];
    }
    ab[2 * p] = a / sum;
    ab[2 * p + 1] = b / sum;
  }
  return ab;
}

// --- The page -----------------------------------------------------------------------

// The pixels of a file or address, shrunk as the training photographs were.
async function pixelsOf(source) {
  const image = new Image();
  image.src = source;
  await image.decode();
  const { naturalWidth: w, naturalHeight: h } = image;
  if (Math.min(w, h) < SMALLEST) {
    throw new RangeError(`is ${w} by ${h} pixels, but ${SMALLEST} are needed on each side`);
  }
  const factor = Math.min(1, SIDE / Math.min(w, h), LONGEST / Math.max(w, h));
  const width = Math.round(w * factor), height = Math.round(h * factor);
  if (Math.min(width, height) < SMALLEST) {
    throw new RangeError(`is ${w} by ${h} pixels, which is too long for its height or width`);
  }
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, width, height);
  return { width, height, pixels: pen.getImageData(0, 0, width, height).data };
}

const mean = (n, f) => {
  let sum = 0;
  for (let p = 0; p < n; p++) sum += f(2 * p);
  return sum / n;
};

const CSS = `
.dc-color { margin: .75rem 0; }
.dc-color .row { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; }
.dc-color label { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .6rem; min-width: 0; }
.dc-color select, .dc-color [type=file] { font: inherit; color: inherit; background: none; max-width: 100%; min-height: 2.5rem; }
.dc-color select { border: 1px solid; border-radius: .4rem; padding: 0 .5em; }
.dc-color option { color: #000; background: #fff; }
.dc-color [type=range] { width: 12rem; margin: 0; min-height: 2.5rem; accent-color: var(--accent); }
.dc-color output { min-width: 2.5em; font-weight: 600; font-variant-numeric: tabular-nums; }
.dc-color :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.dc-color .views { display: grid; grid-template-columns: repeat(3, minmax(0, 22rem)); gap: .5rem; margin: .75rem 0; }
.dc-color .views figure { margin: 0; }
.dc-color canvas { display: block; width: 100%; height: auto; border-radius: .3rem; }
.dc-color .views figcaption, .dc-color p { margin: .3rem 0 0; padding: 0; font-size: .9em; line-height: 1.4; color: inherit; }
.dc-color progress { width: 100%; height: .5rem; accent-color: var(--accent); }
.dc-color.over { outline: 3px dashed var(--accent); outline-offset: 4px; }
@media print { .dc-color .row, .dc-color progress { display: none; } }
`;

const make = (tag, parent, settings = {}) =>
  Object.assign(parent.appendChild(document.createElement(tag)), settings);

async function render({ model, el }) {
  const [photos, centers, accent] = ["photographs", "centers", "accent"].map((n) => model.get(n));
  const layers = unpack(model.get("weights"), model.get("shapes"));
  const root = make("div", el, { className: "dc-color" });
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Colorizer: choose a photograph and a temperature");
  make("style", root, { textContent: CSS });

  const row = make("div", root, { className: "row" });
  const choice = make("select", make("label", row, { textContent: "Photograph " }));
  for (const { name, note } of photos) {
    make("option", choice, { value: name, textContent: note ? `${name} (${note})` : name });
  }
  const heat = make("label", row, { textContent: "Temperature " });
  const slider = make("input", heat, { type: "range", min: 0.01, max: 1, step: 0.01 });
  const degrees = make("output", heat);
  const own = make("input", make("label", row, { textContent: "Your own " }),
    { type: "file", accept: "image/*" });
  for (const control of [choice, slider, own]) control.dataset.lmSuppressShortcuts = "true";

  const views = make("div", root, { className: "views" });
  const [grey, colored, truth] = ["what the network gets", "what it answers", "as it is"].map((text) => {
    const figure = make("figure", views), canvas = make("canvas", figure);
    canvas.setAttribute("role", "img");
    make("figcaption", figure, { textContent: text });
    return canvas;
  });
  const progress = make("progress", root, { max: 1, value: 0 });
  progress.setAttribute("aria-label", "Computing");
  const said = make("p", root);
  said.setAttribute("role", "status");
  const wrong = make("p", root);
  wrong.setAttribute("role", "alert");
  make("p", root, { textContent: "Your browser computes this. A photograph of your own, "
    + "chosen or dropped here, never leaves this page." });

  let now = null;   // the photograph that is shown
  const show = (canvas, ab, label) => {
    Object.assign(canvas, { width: now.width, height: now.height });
    canvas.setAttribute("aria-label", label);
    const image = new ImageData(toPixels({ light: now.light, ab }), now.width);
    canvas.getContext("2d").putImageData(image, 0, 0);
  };
  const draw = () => {
    const temperature = model.get("temperature"), n = now?.light.length;
    slider.value = temperature;
    degrees.value = temperature.toFixed(2);
    if (!now?.logits) return;
    const ab = decode(now.logits, centers, temperature);
    show(colored, ab, `${now.name}, colored by the network at temperature ${temperature.toFixed(2)}`);
    const off = mean(n, (p) => Math.hypot(ab[p] - now.ab[p], ab[p + 1] - now.ab[p + 1]));
    const chroma = (v) => mean(n, (p) => Math.hypot(v[p], v[p + 1])).toFixed(1);
    said.textContent = `${now.name} at temperature ${temperature.toFixed(2)}: color error `
      + `${off.toFixed(1)} (grey: ${chroma(now.ab)}), chroma ${chroma(ab)} (as it is: ${chroma(now.ab)}).`;
  };

  let asked = 0;   // only the newest choice is opened
  const open = async (name, source) => {
    const turn = ++asked;
    let photo = null, problem = "";
    try {
      photo = await pixelsOf(source);
    } catch (error) {
      const why = error instanceof RangeError ? error.message
        : "is no photograph that this browser can read: try a JPEG or PNG file";
      problem = `${name} ${why}.`;
    }
    if (turn !== asked) return;
    wrong.textContent = problem;
    if (!photo) return;
    const { width, height, pixels } = photo, mine = { name, width, height, ...toLab(pixels) };
    const blank = new Float32Array(mine.ab.length);
    now = mine;   // an older one stops
    show(grey, blank, `${name} in grey`);
    show(colored, blank, `${name}, not colored yet`);
    show(truth, mine.ab, `${name} in its own colors`);
    said.textContent = `Coloring ${name} ...`;
    progress.hidden = false;
    let breath = performance.now();
    const stopped = Symbol("stopped");
    try {
      mine.logits = await run(layers, mine.light, height, width, async (share) => {
        if (performance.now() - breath < 40) return;
        progress.value = share;
        await new Promise((done) => setTimeout(done));
        breath = performance.now();
        if (now !== mine || !root.isConnected) throw stopped;
      });
    } catch (reason) {
      if (reason === stopped) return;
      throw reason;
    }
    progress.hidden = true;
    draw();
  };
  const openFile = async (file) => {
    if (!file) return;
    const address = URL.createObjectURL(file);
    await open(file.name, address);
    URL.revokeObjectURL(address);
  };
  choice.onchange = () => {
    own.value = "";
    const { name, source } = photos.find((photo) => photo.name === choice.value);
    return open(name, source);
  };
  own.onchange = () => openFile(own.files[0]);
  root.ondragover = (event) => { event.preventDefault(); root.classList.add("over"); };
  root.ondragleave = () => root.classList.remove("over");
  root.ondrop = (event) => {
    event.preventDefault();
    root.classList.remove("over");
    openFile(event.dataTransfer.files[0]);
  };
  slider.oninput = () => model.set("temperature", slider.valueAsNumber);
  slider.onchange = () => model.save_changes();

  const look = () => {
    if (!el.isConnected) return;   // Jupyter shows it only after this function
    const [r, g, b] = getComputedStyle(el).color.match(/[\d.]+/g).map(Number);
    root.style.setProperty("--accent", accent[+(0.3 * r + 0.6 * g + 0.1 * b > 128)]);
    if (!asked) choice.onchange();
  };
  const watch = new MutationObserver(look), shown = new ResizeObserver(look);
  for (const node of [document.documentElement, document.body]) watch.observe(node, { attributes: true });
  shown.observe(root);
  model.on("change:temperature", draw);
  draw();
  return () => {
    now = null;
    asked++;
    watch.disconnect();
    shown.disconnect();
    model.off("change:temperature", draw);
  };
}

export default { render };
