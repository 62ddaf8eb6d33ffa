// The calculator: utils.penalties.convert again, with its table of meanings as state.
// One ES module for two hosts, as base.py describes.

const SIZES = ["n", "batch_size", "learning_rate"];
const LOSSES = ["mse", "crossentropy"];
const DECAY = "decoupled weight decay", L2 = "an L2 penalty";

// {value}, or {fault}: why there is no number.
export function convert(meanings, { strength, source, target, loss, ...sizes }) {
  const here = meanings[source], there = meanings[target];
  if (!(strength >= 0 && strength < Infinity)) {
    return { fault: "The number must be finite and at least 0." };
  }
  if (here.kind !== there.kind) {
    const kinds = [here.kind, there.kind];
    return { fault: kinds.includes(DECAY) && kinds.includes(L2)
      ? "There is no such number: an adaptive optimizer divides a penalty's gradient by "
        + "its own scale, weight by weight, and momentum delays it; decoupled decay does "
        + "neither. Only for Keras' SGD without momentum there is one: "
        + "keras_sgd_weight_decay."
      : `There is no such number: ${here.kind} and ${there.kind} have different `
        + "solutions, whatever their numbers." };
  }
  const fitting = LOSSES.filter((l) => here[l] !== null && there[l] !== null);
  if (!fitting.length) {
    return { fault: "There is no such number: one of the two is for squared errors only, "
      + "the other for cross-entropy." };
  }
  if (!fitting.includes(loss)) {
    return { fault: `These two go with the loss ${fitting[0]} only.` };
  }
  let value = strength;
  for (const [meaning, back] of [[here, false], [there, true]]) {
    let unit = meaning[loss];
    for (let k = 0; k < SIZES.length; k++) {
      const size = sizes[SIZES[k]], power = meaning.powers[k];
      const whole = k < 2;
      if (power && !(size > 0 && size < Infinity && (!whole || Number.isInteger(size)))) {
        return { fault: `${SIZES[k]} must be ${whole ? "a whole number" : "a number"} above 0.` };
      }
      if (power) unit *= size ** power;
    }
    if (meaning.inverse && !value) {
      return { fault: "No penalty would be an infinite C: turn the penalty off there." };
    }
    value = meaning.inverse ? unit / value : back ? value / unit : value * unit;
  }
  return { value };
}

const KEYS = { from: "source", to: "target", s: "strength", n: "n", batch: "batch_size",
  rate: "learning_rate", loss: "loss" };

export const toHash = (state) => "#strength_calculator"
  + Object.entries(KEYS).map(([key, name]) => `&${key}=${state[name]}`).join("");

// null: not about us. Otherwise {state}, or {fault}: what cannot be used.
export function fromHash(hash, meanings) {
  if (!/^#strength_calculator(&|$)/.test(hash)) return null;
  if (hash.length > 300) return { fault: "too long" };
  const given = new URLSearchParams(hash.slice(1)), state = {};
  for (const [key, name] of Object.entries(KEYS)) {
    const text = given.get(key) ?? "";
    const fits = name === "loss" ? LOSSES.includes(text)
      : name === "source" || name === "target" ? Object.hasOwn(meanings, text)
        : /^\d{1,12}(\.\d{1,12})?(e[+-]?\d{1,2})?$/.test(text);
    if (!fits) return { fault: key };
    state[name] = typeof meanings[text] === "object" || name === "loss" ? text : Number(text);
  }
  return { state };
}

const CSS = `
.dc-calculator { margin: .75rem 0; max-width: 44rem; }
.dc-calculator .row { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; margin: .5rem 0; }
.dc-calculator label { display: block; font-size: .9em; }
.dc-calculator :is(input, select) { font: inherit; font-size: 1rem; color: inherit;
  background: Canvas; border: 1px solid; border-radius: .4rem; min-height: 2.5rem;
  padding: 0 .5em; max-width: 100%; }
.dc-calculator input { width: 8em; }
.dc-calculator output { display: block; font-size: 1.15em; font-weight: 600;
  overflow-wrap: anywhere; min-height: 1.5em; }
.dc-calculator pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.dc-calculator :focus-visible { outline: 3px solid; outline-offset: 2px; }
`;

const make = (tag, parent, settings = {}) =>
  Object.assign(parent.appendChild(document.createElement(tag)), settings);
const show = (value) => String(+value.toPrecision(6));

function render({ model, el }) {
  const meanings = model.get("meanings");
  const root = make("div", el, { className: "dc-calculator" });
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Calculator: the same penalty in another library");
  make("style", root, { textContent: CSS });
  const fields = {};
  const field = (row, name, words, tag) => {
    // Beside its label and not in it, or the choice would belong to the name.
    const place = make("div", row), id = `dc-calculator-${name}-${Math.random()}`;
    make("label", place, { textContent: words, htmlFor: id });
    fields[name] = make(tag, place, { id });
    fields[name].dataset.lmSuppressShortcuts = "true";
  };
  const choices = make("div", root, { className: "row" });
  field(choices, "source", "from", "select");
  field(choices, "target", "to", "select");
  for (const name of ["source", "target"]) {
    for (const kind of new Set(Object.values(meanings).map((m) => m.kind))) {
      const group = make("optgroup", fields[name], { label: kind });
      for (const [key, meaning] of Object.entries(meanings)) {
        if (meaning.kind === kind) make("option", group, { value: key, textContent: key });
      }
    }
  }
  const numbers = make("div", root, { className: "row" });
  field(numbers, "strength", "number", "input");
  field(numbers, "n", "examples n", "input");
  field(numbers, "batch_size", "batch size", "input");
  field(numbers, "learning_rate", "learning rate", "input");
  for (const name of ["strength", ...SIZES]) {
    Object.assign(fields[name], { type: "number", step: "any", min: 0 });
  }
  field(numbers, "loss", "loss", "select");
  for (const loss of LOSSES) make("option", fields.loss, { value: loss, textContent: loss });
  const answer = make("output", root), code = make("pre", root);

  const names = Object.values(KEYS);
  const read = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const draw = () => {
    const state = read();
    for (const name of names) {
      if (document.activeElement !== fields[name]) fields[name].value = state[name];
    }
    const used = [meanings[state.source], meanings[state.target]];
    SIZES.forEach((name, k) => {
      fields[name].parentNode.hidden = used.every((meaning) => !meaning.powers[k]);
    });
    const { value, fault } = convert(meanings, state);
    answer.value = fault ?? `${state.source} = ${show(state.strength)} is `
      + `${state.target} = ${show(value)}`;
    code.hidden = Boolean(fault);
    code.textContent = fault ? "" : used[1].code.replace("{}", show(value));
  };
  const change = (name) => {
    const input = fields[name];
    if (input.tagName === "SELECT") model.set(name, input.value);
    else if (input.value === "" || !Number.isFinite(input.valueAsNumber)) {
      answer.value = "Type a number.";
      code.hidden = true;
      return;
    } else model.set(name, input.valueAsNumber);
    draw();
    if (root.closest(".course-widget")) {   // in Jupyter, the address is not ours
      history.replaceState(history.state, "", toHash(read()));
    }
  };
  for (const name of names) {
    fields[name].oninput = () => change(name);
    fields[name].onchange = () => model.save_changes();
  }
  const initial = read();
  const fromAddress = () => {
    const found = fromHash(location.hash, meanings);
    if (!found) return;
    for (const [name, value] of Object.entries(found.state ?? initial)) model.set(name, value);
    draw();
    if (found.fault) {
      answer.value = `The link to this calculation is damaged (${found.fault}): `
        + "here is the standard one instead.";
    }
  };
  for (const name of names) model.on(`change:${name}`, draw);
  addEventListener("hashchange", fromAddress);
  draw();
  fromAddress();
  return () => {
    removeEventListener("hashchange", fromAddress);
    for (const name of names) model.off(`change:${name}`, draw);
  };
}

export default { render };
