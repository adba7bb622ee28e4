// Modals: a form over the page, with errors under its inputs; and the question that a button may ask first.

import { blocksOf } from "/page/blocks.js";
import { valuesOf } from "/page/elements.js";
import { act, failure } from "/page/net.js";

/** Shows the modal that somebody has open; `tell` says a sentence, `refresh` takes what the workspace answered. */
export class Modals {
  constructor(stage, refresh, tell) {
    this.dialog = document.getElementById("modal");
    this.stage = stage;
    this.refresh = refresh;
    this.tell = tell;
    this.shown = "";
    this.opener = null;
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
  }

  /** Show `view` if it is another one than before, or another state of it; null closes. */
  show(view, stack) {
    const key = view ? `${view.id} ${view.hash}` : "";
    const back = this.dialog.querySelector("header button");
    if (back) back.textContent = leaving(stack);
    if (key === this.shown) return; // what is typed by now stays
    this.shown = key;
    if (!view) {
      this.dialog.close();
      this.dialog.replaceChildren();
      if (this.opener?.isConnected) this.opener.focus();
      return;
    }
    if (!this.dialog.open) this.opener = document.activeElement;
    this.build(view, stack);
    if (!this.dialog.open) this.dialog.showModal();
    const first = this.dialog.querySelector(".modal-body input, .modal-body textarea, .modal-body select");
    (first || this.dialog.querySelector(".modal-body button, footer button")).focus();
  }

  /** What is filled in by now, by block id. */
  values() {
    return valuesOf(this.dialog);
  }

  build(view, stack) {
    const form = document.createElement("form");
    form.noValidate = true;
    form.method = "dialog";
    const head = document.createElement("header");
    const title = document.createElement("h2");
    title.id = "modal-title";
    title.textContent = view.title?.text || "";
    head.append(title, this.button(leaving(stack), "quiet", () => this.close(), "Close this form"));
    const body = document.createElement("div");
    body.className = "modal-body";
    body.append(...blocksOf(view.blocks, { ...this.stage, view }));
    const said = document.createElement("p");
    said.className = "error";
    said.id = "modal-said";
    said.setAttribute("role", "alert");
    const foot = document.createElement("footer");
    foot.append(said, this.button(view.close?.text || "Cancel", "", () => this.close()));
    if (view.submit) {
      const submit = this.button(view.submit.text, "primary", () => {});
      submit.type = "submit";
      foot.append(submit);
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (view.submit) this.submit();
    });
    form.append(head, body, foot);
    this.dialog.replaceChildren(form);
  }

  async submit() {
    this.clear();
    if (!this.complete()) return;
    try {
      const told = await act("submit", this.stage.user(), { values: this.values() });
      const errors = told.answer?.errors;
      if (told.error) this.say(failure(told.error));
      else if (errors) this.under(errors);
      this.refresh(told);
    } catch (error) {
      this.say(error.message);
    }
  }

  async close() {
    try {
      this.refresh(await act("close", this.stage.user()));
    } catch (error) {
      this.tell(error.message);
    }
  }

  /** Slack itself asks for inputs that are not optional. */
  complete() {
    const empty = [...this.dialog.querySelectorAll(".input")].filter((input) => {
      const field = input.querySelector("[data-input]");
      const optional = input.querySelector(".label small");
      const value = valuesOf({ querySelectorAll: () => (field ? [field] : []) })[input.dataset.blockId];
      return field && !optional && (!value || (Array.isArray(value) && !value.length));
    });
    this.under(Object.fromEntries(empty.map((input) => [input.dataset.blockId, "Please complete this."])));
    return !empty.length;
  }

  under(errors) {
    let first = null;
    for (const [block, sentence] of Object.entries(errors)) {
      const input = this.dialog.querySelector(`.input[data-block-id="${CSS.escape(block)}"]`);
      const place = input?.querySelector(".error");
      if (!place) continue;
      place.textContent = sentence;
      place.hidden = false;
      const field = input.querySelector("input, textarea, select");
      field?.setAttribute("aria-invalid", "true");
      first ||= field;
    }
    first?.focus();
  }

  clear() {
    this.say("");
    for (const place of this.dialog.querySelectorAll(".input .error")) place.hidden = true;
    for (const field of this.dialog.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  }

  say(sentence) {
    const place = document.getElementById("modal-said");
    if (place) place.textContent = sentence;
  }

  button(label, name, press, spoken) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `button ${name}`.trim();
    made.textContent = label;
    if (spoken) made.setAttribute("aria-label", spoken);
    made.addEventListener("click", press);
    return made;
  }
}

function leaving(stack) {
  return stack > 1 ? "Back" : "×";
}

/** Ask what a button's `confirm` asks, then go on; at once where it asks nothing. */
export function confirmed(question, goOn) {
  if (!question) {
    goOn();
    return;
  }
  const dialog = document.getElementById("confirm");
  const title = document.createElement("h2");
  title.id = "confirm-title";
  title.textContent = question.title.text;
  const words = document.createElement("p");
  words.textContent = question.text.text;
  const foot = document.createElement("footer");
  for (const [label, name, act_] of [[question.deny.text, "", null], [question.confirm.text, question.style || "primary", goOn]]) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `button ${name}`.trim();
    made.textContent = label;
    made.addEventListener("click", () => {
      dialog.close();
      act_?.();
    });
    foot.append(made);
  }
  dialog.replaceChildren(title, words, foot);
  dialog.showModal();
}
