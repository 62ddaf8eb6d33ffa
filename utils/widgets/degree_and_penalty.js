// Degree and penalty: a polynomial with an L2 penalty, moved by two sliders.
// One ES module for two hosts, as base.py describes.

// ---- The problem: minimize mean((y - b - w1 x - ... - wd x^d)^2) + lam (w1^2 + ... + wd^2)
// as scikit-learn's Ridge(alpha=n * lam, solver="svd") does on the powers of x.

const dot = (a, b) => { let sum = 0; for (let i = 0; i < a.length; i++) sum += a[i] * b[i]; return sum; };
const mean = (v) => v.reduce((sum, each) => sum + each, 0) / v.length;

// The centered powers of x as U S and V of their singular value decomposition, whose
// columns are ``parts`` and ``turns``. One-sided Jacobi: it turns two columns at a time
// until all are orthogonal, and stays exact where high powers look almost alike.
export function decompose(x, degree) {
  const power = x.map(() => 1), means = [], parts = [], turns = [];
  for (let j = 0; j < degree; j++) {
    x.forEach((v, i) => { power[i] *= v; });
    means.push(mean(power));
    parts.push(power.map((v) => v - means[j]));
    turns.push(Array.from({ length: degree }, (_, k) => +(k === j)));
  }
  const turn = (p, q, c, s) => p.forEach((v, i) => {
    p[i] = c * v - s * q[i];
    q[i] = s * v + c * q[i];
  });
  for (let sweep = 0, moved = true; moved && sweep < 60; sweep++) {
    moved = false;
    for (let j = 0; j < degree; j++) for (let k = j + 1; k < degree; k++) {
      const [p, q] = [parts[j], parts[k]], a = dot(p, p), b = dot(q, q), both = dot(p, q);
      if (!(Math.abs(both) > 2e-15 * Math.sqrt(a * b))) continue;
      moved = true;
      const zeta = (b - a) / (2 * both);
      const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
      const c = 1 / Math.sqrt(1 + t * t);
      turn(p, q, c, c * t);
      turn(turns[j], turns[k], c, c * t);
    }
  }
  return { means, parts, turns };
}

// The coefficients [b, w1, ..., wd].
export function fit({ means, parts, turns }, y, lam) {
  const middle = mean(y), rest = y.map((v) => v - middle), weights = means.map(() => 0);
  parts.forEach((part, k) => {
    const size = dot(part, part), share = size && dot(part, rest) / (size + y.length * lam);
    turns[k].forEach((v, j) => { weights[j] += v * share; });
  });
  return [middle - dot(means, weights), ...weights];
}

export const predict = (w, x) => x.map((v) => w.reduceRight((sum, each) => sum * v + each, 0));
export const error = (w, x, y) => mean(predict(w, x).map((v, i) => (v - y[i]) ** 2));

// ---- The state in the address: #degree_and_penalty&degree=20&lambda=0.0001
const short = (lam) => `${+lam.toPrecision(4)}`;

export const toHash = ({ degree, lam }) =>
  `#degree_and_penalty&degree=${degree}&lambda=${short(lam)}`;

// null: not about us. Otherwise {state}, or {fault}: what cannot be used.
export function fromHash(hash, lambdas, degrees) {
  if (!/^#degree_and_penalty(&|$)/.test(hash)) return null;
  if (hash.length > 100) return { fault: "too long" };
  const given = new URLSearchParams(hash.slice(1));
  const degree = given.get("degree"), text = given.get("lambda");
  if (!/^[1-9]\d?$/.test(degree) || degree > degrees) return { fault: "degree" };
  const known = /^\d{1,6}(\.\d{1,10})?(e-\d{1,3})?$/.test(text)
    && [0, ...lambdas].find((lam) => short(lam) === short(Number(text)));
  if (typeof known !== "number") return { fault: "lambda" };
  return { state: { degree: Number(degree), lam: known } };
}

// ---- Numbers in words
const raised = (n) => `${n}`.replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
const plain = (v) => `${+v.toPrecision(2)}`;
const amount = (v) => (Math.abs(v) >= 100 ? Math.round(v).toLocaleString("en-US") : v.toPrecision(2));
const ten = (n) => `10${raised(n)}`;
const tenAloud = (n) => `10 to the ${n < 0 ? "minus " : ""}${Math.abs(n)}`;
function strength(lam, aloud = false) {   // 3.2·10⁻⁵, or 3.2 times 10 to the minus 5
  if (!lam) return "no penalty";
  if (lam >= 0.0095 && lam < 1000) return plain(lam);
  const [digits, exponent] = lam.toExponential(1).split("e").map(Number);
  return (digits === 1 ? "" : `${digits}${aloud ? " times " : "·"}`) + (aloud ? tenAloud : ten)(exponent);
}

// ---- The picture. Each of the three panels is 400 units wide.
const WIDE = 400, HIGH = { fit: 230, errors: 190, weights: 150 }, LEFT = 46;
const STAR = "M0-11 2.6-3.6 10.5-3.4 4.2 1.4 6.5 8.9 0 4.4-6.5 8.9-4.2 1.4-10.5-3.4-2.6-3.6z";
const scale = ([a, b], [from, to]) => (v) => from + (to - from) * (v - a) / (b - a || 1);
const clamp = (v, low, high) => Math.min(Math.max(v, low), high);
const line = (points) => points.map(([x, y], k) =>
  `${k ? "L" : "M"}${x.toFixed(1)} ${clamp(y, -999, 999).toFixed(1)}`).join("");

const CSS = `.dc-degree {
  container-type: inline-size; margin: .5rem 0; max-width: 56rem; line-height: 1.4;
  * { box-sizing: border-box; }
  p { margin: 0; }
  [hidden] { display: none !important; }
  .grid { display: grid; gap: .5rem 1.75rem; grid-template-columns: minmax(0, 1fr); }
  @container (min-width: 38rem) {
    .grid { grid-template-columns: repeat(2, minmax(0, 1fr)); }
    .verdict { grid-area: 3 / 2; }
  }
  .slider { display: grid; grid-template-columns: 1fr auto; }
  .slider input { grid-column: 1 / 3; width: 100%; min-height: 1.7rem; margin: 0; padding: 0;
    accent-color: var(--c); cursor: pointer; }
  .slider b { font-variant-numeric: tabular-nums; }
  :focus-visible { outline: 3px solid var(--ink); outline-offset: -3px; border-radius: .4rem; }
  .notice { border-left: 4px solid var(--ink); padding: .4em .8em; margin-bottom: .75rem; }
  .said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .small { font-size: .875em; color: var(--muted); }
  .key { display: flex; flex-wrap: wrap; gap: 0 1.1em; margin: .2rem 0 .5rem;
    font-variant-numeric: tabular-nums; }
  .verdict { min-height: 4.2em; font-size: 1.1em; line-height: 1.3; }
  .verdict b, .fitted { color: var(--c); }
  .validation { color: var(--accent); }
  .training { color: var(--ink); }
  svg { display: block; width: 100%; height: auto; }
  .fit { border: 1px solid var(--grid); border-radius: .6rem; }
  text { font: 15px system-ui, sans-serif; fill: var(--muted); }
  path { fill: none; stroke-linejoin: round; }
  .lines { stroke: var(--grid); }
  .now { stroke: var(--muted); stroke-dasharray: 2 3; }
  .curve { stroke: var(--c); stroke-width: 3; stroke-dasharray: 9 4; }
  .free .curve { stroke-dasharray: 3 4; }
  .bars { stroke: var(--c); stroke-width: 11; }
  svg .training { fill: var(--ink); stroke: var(--paper); }
  svg .validation { fill: none; stroke: var(--accent); stroke-width: 1.8; }
  svg path.training, svg path.validation { fill: none; stroke: var(--ink); stroke-width: 2.2; }
  svg path.validation { stroke: var(--accent); }
  svg .star { fill: var(--accent); stroke: var(--paper); }
}`;

// Nothing in here comes from a reader or an address.
const slider = (name, label, max) => `<label class="slider"><span>${label}</span><b></b>
  <input type="range" name="${name}" aria-label="${label}" step="1" min="${name === "degree" ? 1 : 0}"
  max="${max}" data-lm-suppress-shortcuts="true"></label>`;
const panel = (name, inner) => `<svg class="panel ${name}" viewBox="0 0 ${WIDE} ${HIGH[name]}" role="img">${inner}</svg>`;
const html = (degrees, strengths) => `<style>${CSS}</style><p class="notice" role="alert" hidden></p>
<div class="grid">${slider("degree", "Degree of the polynomial", degrees)}
${slider("lam", "Strength λ of the penalty", strengths)}
<div>${panel("fit", `<g class="points"></g><path class="curve"/>`)}
<div class="small key" aria-hidden="true"><span class="training">● points of the fit</span>
<span class="validation">□ new points</span><span class="fitted"></span></div></div>
<div>${panel("errors", `<path class="lines"/><g class="ticks"></g><path class="now"/>
<path class="training"/><path class="validation"/><path class="star" d="${STAR}"/>
<circle class="training" r="6"/><rect class="validation" x="-5" y="-5" width="10" height="10"/>`)}
<div class="small key" aria-hidden="true"><span class="training trained"></span>
<span class="validation validated"></span><span class="validation">★ its smallest</span></div></div>
<p class="verdict"><b></b><span></span></p>
<div>${panel("weights", `<path class="lines"/><g class="ticks"></g><path class="bars"/>`)}
<div class="small key" aria-hidden="true"><span class="largest"></span></div></div></div>
<p class="small shared" hidden>The address bar now links to this picture.</p>
<div class="said" role="status"></div>`;

function render({ model, el }) {
  const [x, y, xNew, yNew, lambdas, degrees, looks, theme] = ["x", "y", "x_val", "y_val",
    "lambdas", "degrees", "looks", "theme"].map((name) => model.get(name));
  const strengths = [0, ...lambdas];
  // All fits at once: some milliseconds, and each move is then a look into this table.
  const tried = Array.from({ length: degrees }, (_, d) => {
    const powers = decompose(x, d + 1);
    return strengths.map((lam) => {
      const w = fit(powers, y, lam);
      return { w, lam, training: error(w, x, y), validation: error(w, xNew, yNew) };
    });
  });
  const bests = tried.map((row) => row.reduce((best, each, k) =>
    (each.validation < row[best].validation ? k : best), 0));

  const root = document.createElement("div");
  root.className = "dc-degree";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "A polynomial with a penalty: choose its degree and the strength");
  root.innerHTML = html(degrees, lambdas.length);
  el.append(root);
  const $ = (selector) => root.querySelector(selector);
  const sliders = [...root.querySelectorAll("input")], notice = $(".notice");
  const read = () => ({ degree: model.get("degree"), lam: model.get("lam") });
  const place = (lam) => Math.max(strengths.indexOf(lam), 0);
  const initial = read();

  // Scales: the same for all positions of the sliders, so that what moves is the fit
  const ends = (v, pad) => {
    const [low, high] = [Math.min(...v), Math.max(...v)], more = pad * (high - low || 1);
    return [low - more, high + more];
  };
  const X = scale(ends([...x, ...xNew], 0.04), [0, WIDE]);
  const Y = scale(ends([...y, ...yNew], 0.2), [HIGH.fit, 0]);
  const all = tried.flat(), most = Math.max(...all.flatMap((t) => [t.training, t.validation]));
  const log = (v) => Math.log10(Math.max(v, 1e-9 * most, 1e-300));
  const [bottom, top] = ends(all.flatMap((t) => [log(t.training), log(t.validation)]), 0.06);
  const E = scale([bottom, top], [HIGH.errors - 42, 4]);
  const tens = lambdas.map((lam) => Math.log10(lam));
  const L = scale([tens[0], tens.at(-1)], [LEFT + 64, WIDE - 14]);
  const across = (k) => (k ? L(tens[k - 1]) : LEFT + 14);
  const largest = (w) => Math.max(...w.slice(1).map(Math.abs));
  const heaviest = Math.max(...all.map((t) => largest(t.w)), 1e-9);
  const unit = Math.min(0.01, heaviest);   // below it a bar is linear, above it logarithmic
  const size = (v) => Math.sign(v) * Math.log10(1 + Math.abs(v) / unit);
  const W = scale([-1, 1].map((s) => s * size(heaviest)), [HIGH.weights - 26, 6]);
  const slot = scale([1, degrees], [LEFT + 14, WIDE - 14]);
  const tick = (px, py, words, anchor) =>
    `<text x="${px.toFixed(1)}" y="${py.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;

  function drawOnce() {
    const dots = (xs, ys, shape) => xs.map((v, i) => shape(X(v).toFixed(1), Y(ys[i]).toFixed(1))).join("");
    $(".points").innerHTML =
      dots(xNew, yNew, (a, b) => `<rect class="validation" x="${a - 3.5}" y="${b - 3.5}" width="7" height="7"/>`)
      + dots(x, y, (a, b) => `<circle class="training" cx="${a}" cy="${b}" r="4.5"/>`);

    // Errors: 1, 2 and 5 of each power of ten if there are few, else some powers
    const few = top - bottom < 2, heights = [];
    for (let n = Math.floor(bottom); n <= top; n += few ? 1 : Math.ceil((top - bottom) / 5)) {
      for (const digit of few ? [1, 2, 5] : [1]) {
        const at = n + Math.log10(digit), words = Math.abs(n) < 3 ? plain(digit * 10 ** n) : ten(n);
        if (at > bottom && at < top) heights.push([E(at), words]);
      }
    }
    const floor = HIGH.errors - 42, strips = [], wide = Math.max(Math.round((tens.at(-1) - tens[0]) / 4), 1);
    for (let n = Math.ceil(tens[0] - 1e-9); n <= tens.at(-1) + 1e-9; n += wide) strips.push(n);
    $(".errors .lines").setAttribute("d",
      `${heights.map(([at]) => `M${LEFT} ${at.toFixed(1)}H${WIDE}`).join("")}M${LEFT} ${floor}H${WIDE}`);
    $(".errors .ticks").innerHTML = heights.map(([at, words]) => tick(LEFT - 5, at + 5, words, "end")).join("")
      + strips.map((n) => tick(L(n), floor + 17, n ? ten(n) : "1", "middle")).join("")
      + tick(across(0), floor + 17, "none", "middle") + tick((LEFT + WIDE) / 2, floor + 36, "λ", "middle");

    const exponent = Math.floor(Math.log10(heaviest)), mark = 10 ** exponent;
    const levels = [[mark, ten(exponent)], [-mark, `−${ten(exponent)}`]];
    levels.push(...(exponent > 1 ? [[1, "1"], [-1, "−1"]] : [[0, "0"]]));
    $(".weights .lines").setAttribute("d", [[0], ...levels].map(([v]) => `M${LEFT} ${W(size(v)).toFixed(1)}H${WIDE}`).join(""));
    $(".weights .ticks").innerHTML = levels.map(([v, words]) => tick(LEFT - 5, W(size(v)) + 5, words, "end")).join("")
      + tick(slot(1), HIGH.weights - 8, "w₁", "middle")
      + tick(slot(degrees), HIGH.weights - 8, `w${`${degrees}`.replace(/\d/g, (c) => "₀₁₂₃₄₅₆₇₈₉"[c])}`, "middle");
  }

  function verdict(row, k, best, aloud) {
    const { lam, validation } = row[best], times = row[k].validation / validation;
    const smallest = `${amount(validation)} ${lam ? `at λ\u00a0=\u00a0${strength(lam, aloud)}` : "with no penalty"}`;
    if (k === best) return [`The best for this degree${lam ? "" : ": no penalty"}.`, ""];
    if (times < 1.1) return ["Close to the best", `: the smallest validation error is ${smallest}.`];
    return [k < best ? "Too little penalty" : "Too much penalty",
      `: the validation error is ${amount(times)} times the smallest, ${smallest}.`];
  }

  let sentence = "", frame = 0, waiting = 0, dark = 0;
  function draw() {
    const { degree, lam } = read(), row = tried[degree - 1], k = place(lam), best = bests[degree - 1];
    const { w, training, validation } = row[k];
    const put = (selector, d) => $(selector).setAttribute("d", d);
    const move = (node, i, v) => node.setAttribute("transform", `translate(${across(i).toFixed(1)} ${E(log(v)).toFixed(1)})`);
    root.style.setProperty("--c", looks[lam ? "l2" : "none"].colors[dark]);
    root.classList.toggle("free", !lam);

    const from = Math.min(...x, ...xNew), step = (Math.max(...x, ...xNew) - from) / 200;
    const places = Array.from({ length: 201 }, (_, i) => from + i * step);
    put(".curve", line(predict(w, places).map((v, i) => [X(places[i]), Y(v)])));
    for (const name of ["training", "validation"]) {
      const points = row.map((each, i) => [across(i), E(log(each[name]))]), [a, b] = points[0];
      put(`.errors path.${name}`, line([[a - 10, b], [a + 10, b]]) + line(points.slice(1)));
      move($(`.errors :not(path).${name}`), k, row[k][name]);
    }
    put(".now", `M${across(k)} 0V${HIGH.errors - 42}`);
    move($(".star"), best, row[best].validation);
    put(".bars", w.slice(1).map((v, j) => `M${slot(j + 1).toFixed(1)} ${W(0).toFixed(1)}V${W(size(v)).toFixed(1)}`).join(""));

    const [bold, more] = verdict(row, k, best), heavy = amount(largest(w));
    $(".verdict b").textContent = bold;
    $(".verdict span").textContent = more;
    $(".fitted").textContent = `${lam ? "╌" : "┈"} the fit${lam ? "" : ", no penalty"}`;
    $(".trained").textContent = `● training error ${amount(training)}`;
    $(".validated").textContent = `□ validation error ${amount(validation)}`;
    $(".largest").textContent = `Weights, logarithmic scale. The largest: ${heavy}`;
    $(".fit").setAttribute("aria-label", `The points and a polynomial of degree ${degree}`);
    $(".errors").setAttribute("aria-label", `Errors against λ. Training ${amount(training)}, `
      + `validation ${amount(validation)}; the smallest validation error is ${amount(row[best].validation)} at ${strength(row[best].lam, true)}`);
    $(".weights").setAttribute("aria-label", `The weights; the largest is ${heavy}`);
    sentence = `Training error ${amount(training)}, validation error ${amount(validation)}. `
      + `${verdict(row, k, best, true).join("")} Largest weight ${heavy}.`;
    for (const input of sliders) {
      const own = input.name === "degree";
      input.value = own ? degree : k;
      input.previousElementSibling.textContent = own ? degree : strength(lam);
      input.setAttribute("aria-valuetext", own ? `${degree}` : strength(lam, true));
    }
  }

  // Changing: what is shown follows the model, once per frame. Only what stands still
  // is said aloud, sent to the kernel and put into the address.
  const ask = () => { frame ||= requestAnimationFrame(() => { frame = 0; draw(); }); };
  function rest() {
    model.save_changes();
    notice.hidden = true;
    draw();
    $(".said").textContent = sentence;
    if (!root.closest(".course-widget")) return;   // in Jupyter, the address is not ours
    history.replaceState(history.state, "", toHash(read()));
    $(".shared").hidden = false;
  }
  for (const input of sliders) input.oninput = () => {
    model.set(input.name, input.name === "degree" ? +input.value : strengths[input.value]);
    clearTimeout(waiting);
    waiting = setTimeout(rest, 500);
  };

  // Colors follow the text's color, so that any host's dark theme is met
  function look() {
    const [r, g, b] = getComputedStyle(el).color.match(/[\d.]+/g) ?? [0, 0, 0];
    dark = +(0.3 * r + 0.6 * g + 0.1 * b > 128);
    for (const name of Object.keys(theme)) root.style.setProperty(`--${name}`, theme[name][dark]);
    draw();
  }
  function fromAddress() {
    const found = fromHash(location.hash, lambdas, degrees);
    if (!found) return;
    for (const [name, value] of Object.entries(found.state ?? initial)) model.set(name, value);
    model.save_changes();
    notice.textContent = `The link to this picture is damaged (${found.fault}): `
      + "here is the standard picture instead.";
    notice.hidden = !found.fault;
  }

  drawOnce();
  fromAddress();
  for (const name of ["degree", "lam"]) model.on(`change:${name}`, ask);
  addEventListener("hashchange", fromAddress);
  const watch = new MutationObserver(look), scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.onchange = look;
  for (const node of [document.documentElement, document.body]) {
    watch.observe(node, { attributes: true });
  }
  look();
  const placed = new ResizeObserver(look);   // some hosts put it into the page later
  placed.observe(root);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(waiting);
    placed.disconnect();
    watch.disconnect();
    scheme.onchange = null;
    removeEventListener("hashchange", fromAddress);
    for (const name of ["degree", "lam"]) model.off(`change:${name}`, ask);
  };
}

export default { render };
