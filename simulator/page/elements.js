// The elements of Block Kit: buttons, menus, inputs of forms; with the question that some of them ask first.

import { plain } from "/page/mrkdwn.js";
import { textOf } from "/page/blocks.js";

let numbers = 0;

/** An interactive element outside an input. */
export function element(about, block, stage) {
  const make = { button, overflow, static_select: menu, users_select: people, datepicker: day }[about.type];
  const made = make ? make(about, block, stage) : unknown(about);
  made.dataset.action = about.action_id;
  return made;
}

/** An input of a form, with its label, hint and place for an error. */
export function inputOf(block, stage) {
  const made = document.createElement("div");
  made.className = "input";
  const id = `input-${(numbers += 1)}`;
  const grouped = ["checkboxes", "radio_buttons"].includes(block.element.type);
  const label = document.createElement(grouped ? "p" : "label");
  label.id = `${id}-label`;
  label.className = "label";
  label.append(plain(block.label.text));
  if (block.optional) label.append(small(" (optional)"));
  if (!grouped) label.htmlFor = id;
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.id = `${id}-hint`;
  hint.hidden = !block.hint;
  if (block.hint) hint.append(plain(block.hint.text));
  const error = document.createElement("p");
  error.className = "error";
  error.id = `${id}-error`;
  error.hidden = true;
  const field = fieldOf(block, id, stage);
  const described = `${id}-hint ${id}-error`;
  (field.matches("input,textarea,select") ? field : field.querySelector("input,textarea,select") || field).setAttribute("aria-describedby", described);
  if (grouped) {
    field.setAttribute("role", "group");
    field.setAttribute("aria-labelledby", label.id);
  }
  made.append(label, field, hint, error);
  return made;
}

/** What was filled in, by block id, as `/sim/act/submit` takes it. */
export function valuesOf(holder) {
  const values = {};
  for (const field of holder.querySelectorAll("[data-block-id] [data-input]")) {
    const block = field.closest("[data-block-id]").dataset.blockId;
    if (field.dataset.input === "checkboxes") {
      values[block] = [...field.querySelectorAll("input:checked")].map((each) => each.value);
    } else if (field.dataset.input === "radio_buttons") {
      values[block] = field.querySelector("input:checked")?.value || null;
    } else if (field.dataset.input === "external_select") {
      values[block] = field.querySelector("input").dataset.value || null;
    } else {
      values[block] = field.value || null;
    }
  }
  return values;
}

function fieldOf(block, id, stage) {
  const about = block.element;
  const make = {
    plain_text_input: text, static_select: choices, users_select: persons, checkboxes: boxes, radio_buttons: boxes,
    external_select: external, datepicker: date, timepicker: time,
  }[about.type];
  const made = make ? make(about, block, stage, id) : unknown(about);
  made.dataset.input = about.type;
  made.dataset.action = about.action_id;
  const control = made.matches("input,textarea,select") ? made : made.querySelector("input");
  if (control && !["checkbox", "radio"].includes(control.type)) control.id = id;
  if (control && !block.optional && !["checkbox", "radio"].includes(control.type)) control.setAttribute("aria-required", "true");
  if (block.dispatch_action) made.addEventListener("change", () => stage.choose(about, block, made.value));
  return made;
}

function button(about, block, stage) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button ${about.style || ""}`.trim();
  if (about.accessibility_label) made.setAttribute("aria-label", about.accessibility_label);
  made.append(plain(about.text.text, about.text.emoji !== false));
  if (about.url) made.addEventListener("click", () => window.open(about.url, "_blank", "noreferrer"));
  made.addEventListener("click", () => stage.confirmed(about.confirm, () => stage.press(about, block)));
  return made;
}

function overflow(about, block, stage) {
  return popup("⋯", "More", about.options.map((each) => ({
    name: each.text.text,
    go: () => stage.confirmed(about.confirm, () => stage.choose(about, block, each.value)),
  })));
}

/** A sign that opens a short list of things to do; Escape closes it. */
export function popup(sign, label, entries) {
  const made = document.createElement("details");
  made.className = "overflow";
  const summary = document.createElement("summary");
  summary.setAttribute("aria-label", label);
  summary.textContent = sign;
  const list = document.createElement("div");
  list.className = "overflow-menu";
  for (const { name, go } of entries) {
    const entry = document.createElement("button");
    entry.type = "button";
    entry.append(plain(name));
    entry.addEventListener("click", () => {
      made.open = false;
      go();
    });
    list.append(entry);
  }
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !made.open) return;
    made.open = false;
    summary.focus();
    event.stopPropagation();
    event.preventDefault();
  });
  made.append(summary, list);
  return made;
}

function menu(about, block, stage) {
  const made = document.createElement("select");
  made.setAttribute("aria-label", about.placeholder?.text || "Choose");
  made.append(new Option(about.placeholder?.text || "Choose", ""));
  fill(made, about);
  made.addEventListener("change", () => {
    const value = made.value;
    if (value) stage.confirmed(about.confirm, () => stage.choose(about, block, value));
    made.value = "";
  });
  return made;
}

function people(about, block, stage) {
  const made = persons(about, block, stage);
  made.setAttribute("aria-label", about.placeholder?.text || "A person");
  return made;
}

function day(about) {
  const made = date(about);
  made.setAttribute("aria-label", about.placeholder?.text || "A day");
  return made;
}

function text(about) {
  const made = document.createElement(about.multiline ? "textarea" : "input");
  made.value = about.initial_value || "";
  if (about.max_length) made.maxLength = about.max_length;
  if (about.placeholder) made.placeholder = about.placeholder.text;
  if (about.multiline) made.rows = 4;
  return made;
}

function choices(about, block) {
  const made = document.createElement("select");
  if (block.optional || !about.initial_option) made.append(new Option(about.placeholder?.text || "Choose…", ""));
  fill(made, about);
  made.value = about.initial_option?.value || "";
  return made;
}

function fill(select, about) {
  for (const group of about.option_groups || []) {
    const made = document.createElement("optgroup");
    made.label = group.label.text;
    for (const each of group.options) made.append(new Option(each.text.text, each.value));
    select.append(made);
  }
  for (const each of about.options || []) select.append(new Option(each.text.text, each.value));
}

function persons(about, _block, stage) {
  const made = document.createElement("select");
  made.append(new Option("Choose a person…", ""));
  for (const [id, name] of Object.entries(stage.people)) made.append(new Option(name, id));
  made.value = about.initial_user || "";
  return made;
}

function boxes(about, _block, stage, id) {
  const made = document.createElement("div");
  made.className = "boxes";
  const ticked = new Set((about.initial_options || [about.initial_option]).filter(Boolean).map((each) => each.value));
  about.options.forEach((each, place) => {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = about.type === "checkboxes" ? "checkbox" : "radio";
    box.name = id;
    box.id = `${id}-${place}`;
    box.value = each.value;
    box.checked = ticked.has(each.value);
    const words = document.createElement("span");
    words.append(textOf(each.text, stage));
    label.append(box, words);
    made.append(label);
  });
  return made;
}

function external(about, block, stage, id) {
  const made = document.createElement("div");
  const list = document.createElement("datalist");
  const input = document.createElement("input");
  let offered = new Map();
  list.id = `${id}-options`;
  input.setAttribute("list", list.id);
  input.placeholder = about.placeholder?.text || "";
  input.value = about.initial_option?.text.text || "";
  input.dataset.value = about.initial_option?.value || "";
  const look = async () => {
    const found = await stage.suggest(block.block_id, input.value);
    offered = new Map(found.map((each) => [each.slice(each.indexOf(" ") + 1), each.slice(0, each.indexOf(" "))]));
    list.replaceChildren(...[...offered.keys()].map((name) => new Option(name)));
    keep();
  };
  const keep = () => {
    const typed = input.value.trim().toLowerCase();
    const exact = [...offered].find(([name]) => name.toLowerCase() === typed);
    const only = typed && offered.size === 1 ? [...offered][0] : null;
    const chosen = exact || only;
    if (chosen) input.dataset.value = chosen[1];
    else if (input.value !== (about.initial_option?.text.text || "")) input.dataset.value = "";
  };
  input.addEventListener("input", look);
  input.addEventListener("focus", look, { once: true });
  input.addEventListener("change", () => {
    keep();
    const name = [...offered].find(([, value]) => value === input.dataset.value)?.[0];
    if (name) input.value = name;
  });
  made.append(input, list);
  return made;
}

function date(about) {
  const made = document.createElement("input");
  made.type = "date";
  made.value = about.initial_date || "";
  return made;
}

function time(about) {
  const made = document.createElement("input");
  made.type = "time";
  made.value = about.initial_time || "";
  return made;
}

function unknown(about) {
  const made = document.createElement("p");
  made.className = "unsupported";
  made.textContent = `This page does not know the element “${about.type}”.`;
  return made;
}

function small(words) {
  const made = document.createElement("small");
  made.textContent = words;
  return made;
}
