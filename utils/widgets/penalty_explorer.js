// The penalty explorer: a quadratic loss and a penalty over two weights, to move by hand.
// One ES module for two hosts, as base.py describes.

// ---- The problem: minimize (w - c)'A(w - c)/2 + lam * penalty(w) over w = (w1, w2)
// As in utils/geometry.py.
// penalty: {kind: "l1"} |w1| + |w2|, {kind: "l2"} w1^2 + w2^2,
// {kind: "elastic_net", blend} blend * L1 + (1 - blend) * L2, {kind: "power", power: q}
// |w1|^q + |w2|^q. A is [[a11, a12], [a12, a22]], positive definite.

export function loss([[a, b], [, d]], c, w) {
  const x = w[0] - c[0], y = w[1] - c[1];
  return (a * x * x + 2 * b * x * y + d * y * y) / 2;
}

export function cost({ kind, blend, power }, w) {
  const sum = (q) => Math.abs(w[0]) ** q + Math.abs(w[1]) ** q;
  if (kind === "elastic_net") return blend * sum(1) + (1 - blend) * sum(2);
  return sum({ l1: 1, l2: 2 }[kind] ?? power);
}

// The solution {w: [w1, w2]}, with exact zeros where the solution has them.
export function solve(A, c, lam, penalty) {
  const [[a, b], [b2, d]] = A, { kind, blend, power } = penalty;
  const need = (holds, text) => { if (!holds) throw new RangeError(text); };
  need([a, b, d, ...c].every(Number.isFinite) && b === b2 && a > 0 && a * d > b * b,
    "A must be symmetric and positive definite, and c finite");
  need(lam >= 0 && lam < Infinity, "lam must be at least 0");
  if (kind === "power") {
    need(power > 0 && power < Infinity, "power must be above 0");
    if (power !== 1 && power !== 2) return lam ? curved(A, c, lam, power) : [...c];
  }
  need(kind !== "elastic_net" || (blend >= 0 && blend <= 1), "blend must be in 0 ... 1");
  const share = { l1: 1, l2: 0, elastic_net: blend }[kind] ?? 2 - power;
  need(share >= 0, "kind must be l1, l2, elastic_net or power");
  return kinked(A, c, lam * share, lam * (1 - share));
}

// L1, L2 and elastic net, w'Hw/2 - g'w + l1 |w|: the sign pattern that is optimal.
function kinked([[a, b], [, d]], c, l1, l2) {
  const g = [a * c[0] + b * c[1], b * c[0] + d * c[1]];
  const h = [a + 2 * l2, d + 2 * l2], det = h[0] * h[1] - b * b;
  if (Math.abs(g[0]) <= l1 && Math.abs(g[1]) <= l1 && l1) return [0, 0];
  for (const i of l1 ? [0, 1] : []) {
    const w = Math.sign(g[i]) * Math.max(Math.abs(g[i]) - l1, 0) / h[i];
    if (Math.abs(g[1 - i] - b * w) <= l1) return i ? [0, w] : [w, 0];
  }
  let best = [0, 0], least = Infinity;
  for (const s of l1 ? [1, -1] : [0]) for (const t of l1 ? [1, -1] : [0]) {
    const x = g[0] - s * l1, y = g[1] - t * l1;
    const w = [(h[1] * x - b * y) / det, (h[0] * y - b * x) / det];
    const miss = Math.max(-s * w[0], -t * w[1]);   // by how much a sign is wrong
    if (miss < least) [best, least] = [w, miss];
  }
  return best;
}

// The w that minimizes a (w - z)^2/2 + t |w|^q; or (q < 1) its local minimum beside 0.
// Newton's method on a convex increasing function from the right of its root.
function shrink(a, z, t, q, local) {
  const y = Math.abs(z), jump = ((local ? q : 2) * t * (1 - q) / a) ** (1 / (2 - q));
  if (!y || (q < 1 && y <= jump * (2 - q) / (1 - q) / (local ? 1 : 2))) return 0;
  const between = q > 1 && q < 2, p = between ? 1 / (q - 1) : q - 1;
  const [m, n] = between ? [t * q, a] : [a, t * q];   // solve m u + n u^p = a y
  let u = between ? Math.min(a * y / m, y ** (q - 1)) : y;   // u is w^(q - 1), or w
  for (let k = 0; k < 80; k++) {
    const step = (m * u + n * u ** p - a * y) / (m + n * p * u ** (p - 1));
    u -= step;
    if (!(Math.abs(step) > 1e-15 * u)) break;
  }
  return Math.sign(z) * (between ? u ** p : u);
}

// Other powers: look along w1, with the best w2 for each.
function curved(A, c, lam, q) {
  const [[a, b], [, d]] = A;
  const first = (y) => shrink(a, c[0] - b / a * (y - c[1]), lam, q);
  const second = (x, local) => shrink(d, c[1] - b / d * (x - c[0]), lam, q, local);
  const pull = (v) => lam * q * Math.sign(v) * Math.abs(v) ** (q - 1);
  const reach = Math.sqrt(2 * loss(A, c, [0, 0]) * d / (a * d - b * b));
  if (q > 1) {   // the best value is convex in w1: bisect on its slope
    let low = c[0] - reach, high = c[0] + reach, y = 0;
    for (let k = 0; k < 60 && high > low; k++) {
      const x = (low + high) / 2;
      y = second(x);
      if (a * (x - c[0]) + b * (y - c[1]) + pull(x) > 0) high = x; else low = x;
    }
    return [first(y), second(first(y))];
  }
  // Not convex. Candidates: 0, the best point of each axis, and inside each quadrant the
  // only local minimum: the part with a positive definite Hessian is convex.
  const value = (w) => loss(A, c, w) + lam * cost({ power: q }, w);
  let best = [0, 0], least = value(best);
  const offer = (w) => { const v = value(w); if (v < least) [best, least] = [w, v]; };
  offer([0, second(0)]);
  offer([first(0), 0]);
  const start = (lam * q * (1 - q) / a) ** (1 / (2 - q)), N = 63;
  for (const s of [1, -1]) {
    const end = Math.max(s * c[0], 0) + reach - start, quadrants = {};
    for (let k = 0; k <= N && end > 0; k++) {
      const x = s * (start + end * (k / N) ** 2), y = second(x, true), v = value([x, y]);
      if (y && !(quadrants[y > 0]?.[2] <= v)) quadrants[y > 0] = [x, y, v];
    }
    for (let [x, y] of Object.values(quadrants)) for (let k = 0; k < 10 && x && y; k++) {
      offer([x, y]);   // Newton's method
      const e = a * (x - c[0]) + b * (y - c[1]) + pull(x);
      const f = b * (x - c[0]) + d * (y - c[1]) + pull(y);
      const [g, h] = [a + (q - 1) * pull(x) / x, d + (q - 1) * pull(y) / y];
      const det = g * h - b * b;
      if (!(g > 0 && det > 0)) break;
      x -= (h * e - b * f) / det;
      y -= (g * f - b * e) / det;
    }
  }
  return best;
}

// A with trace 2, from the direction of the long axis in degrees and the axes' ratio.
export function curvature(turn, stretch) {
  const angle = turn * Math.PI / 180, k = (stretch ** 2 - 1) / (stretch ** 2 + 1);
  const b = -k * Math.sin(2 * angle);
  return [[1 - k * Math.cos(2 * angle), b], [b, 1 + k * Math.cos(2 * angle)]];
}

// ---- The state in the address: #penalty_explorer&penalty=l1&c1=1.8&...
const KEYS = { c1: "c1", c2: "c2", turn: "turn", stretch: "stretch", lambda: "lam",
  blend: "blend", q: "power" };

export function toHash({ penalty, center: [c1, c2], ...state }) {
  const values = { ...state, c1, c2 };
  return `#penalty_explorer&penalty=${penalty}`
    + Object.keys(KEYS).map((key) => `&${key}=${round(values[KEYS[key]], 3)}`).join("");
}

// null: not about us. Otherwise {state}, or {fault}: what cannot be used.
export function fromHash(hash, limits) {
  if (!/^#penalty_explorer(&|$)/.test(hash)) return null;
  if (hash.length > 300) return { fault: "too long" };
  const given = new URLSearchParams(hash.slice(1)), penalty = given.get("penalty");
  if (!/^(l1|elastic_net|l2|power)$/.test(penalty)) return { fault: "penalty" };
  const found = { penalty };
  for (const [key, name] of Object.entries(KEYS)) {
    const text = given.get(key), [low, high] = limits[name] ?? limits.center;
    if (!/^-?\d{1,3}(\.\d{1,6})?$/.test(text) || text < low || text > high) return { fault: key };
    found[name] = Number(text);
  }
  const { c1, c2, ...state } = found;
  return { state: { ...state, center: [c1, c2] } };
}

// ---- The picture
const LOW = -1.9, HIGH = 3.1, SIZE = 400, UNIT = SIZE / (HIGH - LOW), STEP = 0.75;
const X = (v) => (v - LOW) * UNIT, Y = (v) => (HIGH - v) * UNIT;
const line = (points) =>
  points.map(([x, y], k) => `${k ? "L" : "M"}${X(x).toFixed(1)} ${Y(y).toFixed(1)}`).join("");
const clamp = (v, [low, high]) => Math.min(Math.max(v, low), high);
const round = (v, digits) => +v.toFixed(digits);
const minus = (text) => text.replace("-", "−");

const CSS = `.dc-explorer {
  container-type: inline-size; margin: .5rem 0; max-width: 56rem; line-height: 1.4;
  --edge: color-mix(in srgb, var(--muted) 60%, transparent);
  * { box-sizing: border-box; }
  p { margin: 0; }
  [hidden] { display: none !important; }
  .grid { display: grid; gap: 1rem 1.75rem; grid-template-columns: minmax(0, 1fr); }
  @container (min-width: 38rem) { .grid { grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); } }
  .small { font-size: .875em; color: var(--muted); }
  .key { display: flex; flex-wrap: wrap; gap: 0 1.1em; margin-top: .3rem; }
  .notice { border-left: 4px solid var(--ink); padding: .4em .8em; margin-bottom: .75rem; }
  .said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  :focus-visible, label:has(:focus-visible) { outline: 3px solid var(--ink);
    outline-offset: 2px; z-index: 1; }

  .plot { display: block; width: 100%; height: auto; border: 1px solid var(--grid);
    border-radius: .6rem; user-select: none; }
  .plot text { font: 15px system-ui, sans-serif; fill: var(--muted); }
  .plot path { fill: none; stroke: var(--c); stroke-linejoin: round; }
  .plot .axes { stroke: var(--edge); }
  .plot .zone { fill: var(--c); fill-opacity: .12; stroke: none; }
  .plot .zone.thin { fill: none; stroke: var(--c); stroke-opacity: .5; }
  .losses { fill: none; stroke: var(--muted); stroke-opacity: .3; }
  .losses :last-child { stroke: var(--ink); stroke-opacity: 1; stroke-width: 2; }
  .plot .ball { fill: var(--c); fill-opacity: .22; stroke-width: 2.5; }
  .plot .path { stroke-width: 2.5; stroke-dasharray: .1 5; stroke-linecap: round; }
  .plot .jump { stroke-width: 1.5; stroke-dasharray: 7 6; }
  .plot .solution { fill: var(--c); stroke: var(--paper); stroke-width: 1.3; }
  .handle { cursor: grab; outline: none; }
  .handle:active { cursor: grabbing; }
  .hit { fill: transparent; }
  .knob { fill: var(--ink); stroke: var(--paper); stroke-width: 2; }
  .plot .arm { stroke: var(--muted); }
  .dot { fill: var(--paper); stroke: var(--muted); stroke-width: 2.5; }
  .ring { fill: none; }
  .handle:focus-visible .ring { stroke: var(--ink); stroke-width: 3; }
  .plot .hint { fill: var(--ink); font-weight: 600; opacity: 0; }
  .new .hint { opacity: 1; }

  fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; }
  fieldset label { flex: 1 1 auto; display: flex; align-items: center; justify-content: center;
    gap: .35em; min-height: 2.6rem; padding: 0 .35em; margin: 0 -1px 0 0; cursor: pointer;
    position: relative; border: 1px solid var(--edge); line-height: 1.1; }
  fieldset label:first-child { border-radius: .6rem 0 0 .6rem; }
  fieldset label:last-child { border-radius: 0 .6rem .6rem 0; margin: 0; }
  fieldset svg { width: .75em; fill: currentColor; flex: none; }
  fieldset input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer; }
  label:has(:checked) { background: currentColor; border-color: currentColor;
    > * { color: var(--paper); } }
  sub { line-height: 0; font-size: .7em; }
  .verdict { font-size: 1.2em; line-height: 1.3; min-height: 3.9em; margin: .7em 0 .3em; }
  .verdict b { color: var(--c); }
  .bar { display: grid; grid-template-columns: 1.4em 1fr 7.6em; align-items: center; gap: .5em;
    min-height: 1.8em; font-variant-numeric: tabular-nums; }
  .track { position: relative; height: 1.2em; }
  .track i { position: absolute; top: 0; bottom: 0; }
  .free { border: 1.5px dashed var(--muted); }
  .full { background: var(--c); }
  .zero { left: 38%; margin: -.3em 0; border-left: 1px solid var(--muted); }
  .exact { color: var(--c); font-weight: 700; }
  .slider { display: grid; grid-template-columns: 1fr auto; margin: .35rem 0 0; }
  .slider input { grid-column: 1 / 3; width: 100%; min-height: 1.6rem; margin: 0; padding: 0;
    accent-color: var(--c); cursor: pointer; }
  .slider b { font-weight: 400; font-variant-numeric: tabular-nums; }
  .stories { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 .6rem; }
  button { font: inherit; font-size: .9375em; color: var(--ink); background: none; cursor: pointer;
    border: 1px solid var(--edge); border-radius: 2rem; min-height: 2.4rem; padding: 0 .9em; }
  [aria-pressed=true] { border-color: var(--ink); box-shadow: inset 0 0 0 1px; }
}`;

// Nothing in here comes from a reader or an address.
const slider = (name, label, min, max, step) => `<label class="slider"><span>${label}</span>
  <b></b><input type="range" name="${name}" aria-label="${label}" min="${min}"
  max="${max}" step="${step}"></label>`;
const bar = (k) => `<div class="bar"><span>w<sub>${k}</sub></span><span class="track">
  <i class="free"></i><i class="full"></i><i class="zero"></i></span><span></span></div>`;
const HTML = `<style>${CSS}</style><p class="notice" role="alert" hidden></p>
<div class="grid"><div>
<svg class="plot new" viewBox="0 0 ${SIZE} ${SIZE}" role="group" aria-label="The plane of the two weights">
  <g aria-hidden="true"><path class="zone"/>
    <path class="axes" d="M0 ${Y(0)}H${SIZE}M${X(0)} 0V${SIZE}"/>
    <text x="372" y="${Y(0) + 20}">w₁</text><text x="${X(0) - 26}" y="20">w₂</text>
    <path class="ball"/><g class="losses">${"<ellipse/>".repeat(7)}</g><path class="path"/><path class="jump"/><path class="solution"/></g>
  <g class="handle grip" tabindex="0" role="slider"><path class="arm"/><g>
    <circle class="hit" r="22"/><circle class="dot" r="6"/><circle class="ring" r="12"/></g></g>
  <g class="handle center" tabindex="0" role="slider"><circle class="hit" r="26"/>
    <rect class="knob" x="-8" y="-8" width="16" height="16" rx="2"/>
    <rect class="ring" x="-15" y="-15" width="30" height="30" rx="5"/>
    <text class="hint" aria-hidden="true" x="13" y="27">drag me</text></g>
</svg>
<div class="small key" aria-hidden="true"><span>■ best without penalty</span><span class="own"></span>
<span>⋯ its path for all λ</span><span>○ turns the ellipse</span><span class="where"></span></div>
</div><div>
<fieldset aria-label="Penalty"></fieldset>
<p class="verdict"><b></b><span></span></p>
<div class="bars" role="img">${bar(1)}${bar(2)}</div>
${slider("lam", "Strength λ", 0, 100, 0.5)}${slider("blend", "Blend, L2 to L1", 0, 1, 0.05)}
${slider("power", "Power q", 0.2, 4, 0.05)}${slider("turn", "Turn the ellipse", -90, 90, 1)}
${slider("stretch", "Stretch the ellipse", 1, 6, 0.1)}<p class="small correlation"></p>
</div></div><div class="stories" role="group" aria-label="Stories"></div><p class="story"></p>
<p class="small shared" hidden>The address bar now links to this picture.</p>
<div class="said" role="status"></div>`;

const NAMES = ["penalty", "center", "turn", "stretch", "lam", "blend", "power"];

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "dc-explorer";
  root.innerHTML = HTML;
  el.append(root);
  const $ = (selector) => root.querySelector(selector);
  const [limits, looks, theme, stories] =
    ["limits", "looks", "theme", "stories"].map((name) => model.get(name));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const same = (state, all) => Object.keys(state).every((k) => `${state[k]}` === `${all[k]}`);
  const initial = read(), plot = $(".plot"), story = $(".story"), notice = $(".notice");

  // Changing: what is shown follows the model, once per frame. Only what stands still
  // is said aloud, sent to the kernel and put into the address.
  let frame = 0, moving = 0, waiting = 0, sentence = "", dark = 0;
  const ask = () => { frame ||= requestAnimationFrame(() => { frame = 0; draw(); }); };
  function apply(values) {
    plot.classList.remove("new");
    for (const [name, value] of Object.entries(values)) model.set(name, value);
  }
  function change(values, done = false) {
    cancelAnimationFrame(moving);
    apply(values);
    clearTimeout(waiting);
    waiting = setTimeout(rest, done ? 0 : 400);
  }
  function rest() {
    model.save_changes();
    notice.hidden = true;
    draw();
    $(".said").textContent = sentence;
    if (!root.closest(".course-widget")) return;   // in Jupyter, the address is not ours
    history.replaceState(history.state, "", toHash(read()));
    $(".shared").hidden = false;
  }
  function travel(to) {
    if (calm.matches) return change(to, true);
    const from = read(), begin = performance.now();
    const step = (now) => {
      const t = clamp((now - begin) / 600, [0, 1]), s = t * t * (3 - 2 * t);
      if (t === 1) return change(to, true);
      const mix = (a, b) => round(a + (b - a) * s, 3);
      apply(Object.fromEntries(Object.entries(to).map(([k, v]) => [k, k === "penalty" ? v
        : k === "center" ? v.map((c, i) => mix(from[k][i], c)) : mix(from[k], v)])));
      moving = requestAnimationFrame(step);
    };
    cancelAnimationFrame(moving);
    moving = requestAnimationFrame(step);
  }

  // Controls
  const group = `penalty-${Math.random()}`;
  const radios = Object.entries(looks).map(([kind, { label, marker }]) => {
    const place = document.createElement("label"), input = document.createElement("input");
    Object.assign(input, { type: "radio", name: group, value: kind });
    place.innerHTML = `<svg viewBox="0 0 12 12" aria-hidden="true"><path d="${marker}"/></svg><span></span>`;
    place.lastChild.textContent = label;
    place.append(input);
    input.onchange = () => change({ penalty: kind }, true);
    $("fieldset").append(place);
    return input;
  });
  const buttons = stories.map(({ title, state, text }) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: title });
    button.onclick = () => { story.textContent = text; travel(state); };
    $(".stories").append(button);
    return button;
  });
  const sliders = [...root.querySelectorAll("input[type=range]")];
  for (const input of sliders) {   // that of lam is square-law, to reach small values
    const value = () => (input.name === "lam"
      ? round(limits.lam[1] * (input.value / 100) ** 2, 3) : +input.value);
    input.oninput = () => change({ [input.name]: value() });
    input.onchange = () => change({ [input.name]: value() }, true);
  }

  // Handles: dragged by mouse, pen or finger, or moved by arrow keys (Shift: small steps)
  function handle(node, where, move, key) {
    let offset = null;
    const at = (event) => {
      const box = plot.getBoundingClientRect(), unit = box.width / (HIGH - LOW);
      return [LOW + (event.clientX - box.left) / unit, HIGH - (event.clientY - box.top) / unit];
    };
    node.ontouchstart = (event) => event.preventDefault();   // no scrolling
    node.onpointerdown = (event) => {
      if (event.button) return;
      node.setPointerCapture(event.pointerId);
      const from = at(event);
      offset = where().map((v, k) => v - from[k]);
    };
    node.onpointermove = (event) => {
      if (offset) change(move(...at(event).map((v, k) => v + offset[k])));
    };
    node.onpointerup = node.onpointercancel = () => {
      if (offset) change({}, true);
      offset = null;
    };
    node.onkeydown = (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();   // JupyterLab listens to arrow keys
      change(key(...way.map((v) => v * (event.shiftKey ? 0.1 : 1))));
    };
  }
  const center = $(".center"), grip = $(".grip");
  const place = (...c) => ({ center: c.map((v) => round(clamp(v, limits.center), 2)) });
  handle(center, () => model.get("center"), place, (x, y) => {
    const c = model.get("center");
    return place(c[0] + x / 10, c[1] + y / 10);
  });
  let side = 1;   // which end of the long axis the grip is at
  function gripAt() {
    const { center: c, turn, stretch } = read(), angle = turn * Math.PI / 180;
    const end = (s, length) => [c[0] + s * length * Math.cos(angle), c[1] + s * length * Math.sin(angle)];
    const seen = (s) => end(s, length).every((v) => v > LOW + 0.15 && v < HIGH - 0.15);
    const length = STEP * Math.sqrt((1 + stretch ** 2) / 2);
    if (!seen(side) && seen(-side)) side = -side;
    return end(side, seen(side) ? length : STEP);
  }
  handle(grip, gripAt, (x, y) => {
    const c = model.get("center"), d = [side * (x - c[0]), side * (y - c[1])];
    let turn = Math.round(Math.atan2(d[1], d[0]) * 180 / Math.PI);
    if (Math.abs(turn) > 90) { side = -side; turn -= 180 * Math.sign(turn); }
    const stretch = Math.sqrt(Math.max(2 * (Math.hypot(...d) / STEP) ** 2 - 1, 1));
    return { turn, stretch: round(clamp(stretch, limits.stretch), 1) };
  }, (x, y) => ({
    turn: round(((model.get("turn") - 5 * x + 270) % 180) - 90, 1),
    stretch: round(clamp(model.get("stretch") + y / 5, limits.stretch), 2),
  }));

  // Words
  const inWords = (v) => (v === 0 ? "exactly 0"
    : Math.abs(v) < 0.005 ? "almost 0, not 0" : minus(v.toFixed(2)));
  function verdict({ penalty, lam, blend, power }, w) {
    const q = { l1: 1, l2: 2, elastic_net: 2 - blend }[penalty] ?? power;
    const shape = q < 1 ? "star" : q === 1 ? "diamond" : q === 2 ? "circle"
      : penalty === "power" ? "smooth shape" : "rounded diamond";
    if (!lam) return ["", "No penalty: the best point is the center itself."];
    if (w[0] && w[1]) return ["Both weights stay", `: the ellipse touches the ${shape} off the axes.`];
    const one = w[0] || w[1];
    return [one ? `${w[0] ? "w₂" : "w₁"} is exactly 0` : "Both weights are exactly 0",
      /circle|smooth/.test(shape) ? ", by chance: nudge the center."
        : one ? `: the ellipse touches the ${shape} at a ${shape === "star" ? "tip" : "corner"}.`
          : `: the ${shape} has shrunk to a point.`];
  }

  let pathOf = "";
  function draw() {
    const state = read(), { center: c, lam, turn, stretch, penalty: kind, blend, power } = state;
    const penalty = { kind, blend, power };
    const A = curvature(turn, stretch), w = solve(A, c, lam, penalty);
    const { label, marker, colors } = looks[kind];
    const put = (selector, d) => $(selector).setAttribute("d", d);
    const move = (node, [x, y], more = "") =>
      node.setAttribute("transform", `translate(${X(x).toFixed(2)} ${Y(y).toFixed(2)})${more}`);
    root.style.setProperty("--c", colors[dark]);

    // Ellipses of equal loss; the last one touches the ball at the solution
    const long = Math.sqrt((1 + stretch ** 2) / 2) * UNIT, losses = $(".losses");
    move(losses, c, `rotate(${-turn})`);
    [1, 2, 3, 4, 5, 6, Math.sqrt(2 * loss(A, c, w)) / STEP].forEach((r, k) => {
      losses.children[k].setAttribute("rx", r * STEP * long);
      losses.children[k].setAttribute("ry", r * STEP * long / stretch);
    });
    put(".ball", `${line(ball(penalty, cost(penalty, w)))}z`);
    put(".solution", marker);
    move($(".solution"), w, "scale(1.5)translate(-6-6)");
    move(center, c);
    const end = gripAt();
    put(".arm", line([c, end]));
    move(grip.lastElementChild, end);
    const all = [c, turn, stretch, kind, blend, power].join();
    if (all !== pathOf) {   // the path does not depend on lam
      const [solid, jumps] = path(A, c, penalty);
      put(".path", solid);
      put(".jump", jumps);
      pathOf = all;
    }
    const area = zone(A, lam, penalty), thin = !area.endsWith("z");
    put(".zone", area);
    $(".zone").classList.toggle("thin", thin);
    $(".where").textContent = area && `${thin ? "│" : "▒"} with the center here, a weight is 0`;

    // Words, bars, controls
    const [bold, more] = verdict(state, w), symbol = { l1: "◆", l2: "●", elastic_net: "⬢" };
    $(".verdict b").textContent = bold;
    $(".verdict span").textContent = more;
    $(".own").textContent = `${symbol[kind] ?? "✦"} best with ${label}`;
    root.querySelectorAll(".bar").forEach((row, k) => {
      const value = row.lastElementChild;
      [c[k], w[k]].forEach((v, i) => {   // 38 % of the track is for negative weights
        const [low, high] = [Math.min(v, 0), Math.max(v, 0)], { style } = row.children[1].children[i];
        style.left = `${20 * (low - LOW)}%`;
        style.width = `${20 * (high - low)}%`;
      });
      value.textContent = inWords(w[k]);
      value.className = w[k] ? "" : "exact";
    });
    const numbers = `w1 is ${inWords(w[0])}, w2 is ${inWords(w[1])}`;
    $(".bars").setAttribute("aria-label", `${numbers}; without a penalty ${c[0]} and ${c[1]}`);
    sentence = `${label}: ${bold}${more} Now ${numbers}.`.replace("₁", "1").replace("₂", "2");
    for (const input of sliders) {
      const { name } = input, output = input.previousElementSibling;
      input.parentNode.hidden = (name === "blend" && kind !== "elastic_net")
        || (name === "power" && kind !== "power");
      const at = name === "lam" ? 100 * Math.sqrt(lam / limits.lam[1]) : state[name];
      if (Math.abs(input.value - at) > 1e-3) input.value = at;
      output.textContent = name === "turn" ? minus(`${Math.round(turn)}°`)
        : name === "stretch" ? `${stretch.toFixed(1)} : 1` : state[name].toFixed(2);
      input.setAttribute("aria-valuetext", output.textContent);
    }
    for (const input of radios) input.checked = input.value === kind;
    buttons.forEach((button, k) => button.setAttribute("aria-pressed", same(stories[k].state, state)));
    const correlation = round(A[0][1] / Math.sqrt(A[0][0] * A[1][1]), 2) || 0;
    $(".correlation").textContent = `As for two features with correlation ${minus(correlation.toFixed(2))}`;
    for (const [node, name, text, now, [min, max]] of [
      [center, "Center of the loss, moved by arrow keys", `${c[0]}, ${c[1]}`, c[0], limits.center],
      [grip, "Ellipse: left and right turn it, up and down stretch it",
        `${turn} degrees, ${stretch} to 1`, turn, limits.turn]]) {
      const aria = { label: name, valuetext: text, valuenow: now, valuemin: min, valuemax: max };
      for (const key in aria) node.setAttribute(`aria-${key}`, aria[key]);
    }
  }

  // Colors follow the text's color, so that any host's dark theme is met
  function look() {
    const [r, g, b] = getComputedStyle(el).color.match(/[\d.]+/g) ?? [0, 0, 0];
    dark = +(0.3 * r + 0.6 * g + 0.1 * b > 128);
    for (const name of Object.keys(theme)) root.style.setProperty(`--${name}`, theme[name][dark]);
    for (const { value, parentNode } of radios) parentNode.style.color = looks[value].colors[dark];
    draw();
  }

  function fromAddress() {
    const found = fromHash(location.hash, limits);
    if (!found) return;
    apply(found.state ?? initial);
    model.save_changes();
    story.textContent = "";
    notice.textContent = `The link to this picture is damaged (${found.fault}): `
      + "here is the standard picture instead.";
    notice.hidden = !found.fault;
  }

  story.textContent = stories.find(({ state }) => same(state, initial))?.text ?? "";
  fromAddress();
  for (const name of NAMES) model.on(`change:${name}`, ask);
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
    for (const id of [frame, moving]) cancelAnimationFrame(id);
    clearTimeout(waiting);
    placed.disconnect();
    watch.disconnect();
    scheme.onchange = null;
    removeEventListener("hashchange", fromAddress);
    for (const name of NAMES) model.off(`change:${name}`, ask);
  };
}

// Points of {penalty = t}. Denser where the curve bends.
export function ball({ kind, blend, power }, t) {
  const q = { l1: 1, l2: 2 }[kind] ?? power;
  return [...Array(192).keys()].map((k) => {
    const [x, y] = [0, 48].map((turned) => Math.cos((k - turned) / 96 * Math.PI));
    if (kind === "elastic_net") {   // (1 - blend) r^2 + m r = t
      const m = blend * (Math.abs(x) + Math.abs(y));
      const r = 2 * t / (m + Math.sqrt(m * m + 4 * (1 - blend) * t) || 1);
      return [r * x, r * y];
    }
    return [x, y].map((v) => (Math.abs(v) < 1e-12 ? 0 : Math.sign(v) * (t * v * v) ** (1 / q)));
  });
}

// The solutions for all lam, as lines; and the jumps between them (q < 1).
function path(A, c, penalty) {
  const star = penalty.kind === "power" && penalty.power < 1, n = star ? 40 : 120;
  const parts = [[c]];
  let jumps = "", last = c;
  for (let k = 1; k <= n; k++) {
    const w = k < n ? solve(A, c, 3 * k * k / (n * n - k * k), penalty) : [0, 0];
    if (star && w.some((v, i) => v === 0 && Math.abs(last[i]) > 0.05)) {
      jumps += line([last, w]);
      parts.push([]);
    }
    parts.at(-1).push(w);
    last = w;
  }
  return [parts.map(line).join(""), jumps];
}

// Where the center must lie for a zero: c = w + lam A^-1 s, with s a subgradient of the
// penalty at w. A band where the penalty has a kink, a curve where it has none.
function zone([[a, b], [, d]], lam, { kind, blend, power }) {
  const q = { l1: 1, l2: 2 }[kind] ?? power, det = a * d - b * b;
  if (!lam || (q < 1 && kind === "power")) return "";
  const net = kind === "elastic_net", l1 = lam * (net ? blend : +(q === 1));
  const slope = (v) => (net ? l1 + 2 * lam * (1 - blend) * v : lam * q * v ** (q - 1));
  // The center for which weight i is v and the other 0; (g, h) is lam s
  const at = (i, v, g, h) => (i ? [(d * h - b * g) / det, v + (a * g - b * h) / det]
    : [v + (d * g - b * h) / det, (a * h - b * g) / det]);
  const n = kind === "power" ? 24 : 1, edges = l1 ? [l1, -l1] : [0];
  let shape = "";
  for (const i of [0, 1]) for (const s of [1, -1]) {
    const sides = edges.map((h) => [...Array(n + 1).keys()].map((k) => {
      const v = 12 * (k / n) ** 2;
      return at(i, s * v, s * slope(v), h);
    }));
    shape += line(l1 ? [...sides[0], ...sides[1].reverse()] : sides[0]) + (l1 ? "z" : "");
  }
  return l1 ? `${shape}${line([[l1, l1], [l1, -l1], [-l1, -l1], [-l1, l1]].map((g) => at(0, 0, ...g)))}z` : shape;
}

export default { render };
