// The inspector: what crossed the wire between the workspace and the app, with the milliseconds to the acknowledgement.

import { ask } from "/page/net.js";
import { sayTime } from "/page/talk.js";

const WAYS = { to_app: "→ app", call: "app → Web API", response: "app → response URL" };
const SHOWN = 120;

export class Wire {
  constructor() {
    this.list = document.getElementById("wire-list");
    this.pane = document.getElementById("wire");
    this.toggle = document.getElementById("wire-toggle");
    this.after = 0;
    this.toggle.addEventListener("click", () => {
      this.pane.hidden = !this.pane.hidden;
      this.toggle.setAttribute("aria-expanded", String(!this.pane.hidden));
      this.look();
    });
  }

  /** Ask for what is new, while the inspector is open. */
  async look() {
    if (this.pane.hidden || this.busy) return;
    this.busy = true;
    try {
      for (const each of await ask(`/sim/wire?after=${this.after}`)) {
        this.after = Math.max(this.after, each.n);
        this.list.prepend(this.line(each));
      }
      while (this.list.children.length > SHOWN) this.list.lastElementChild.remove();
    } finally {
      this.busy = false;
    }
  }

  line(each) {
    const made = document.createElement("li");
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    const way = document.createElement("span");
    way.className = `way ${each.what}`;
    way.textContent = WAYS[each.what];
    const ms = each.ms === undefined ? "" : ` · ${each.ms} ms`;
    const failed = each.error ? ` · ${each.error}` : "";
    summary.append(way, ` ${this.name(each)} · ${sayTime(each.at * 1000)}${ms}`);
    if (failed) {
      const word = document.createElement("strong");
      word.className = "failed";
      word.textContent = failed;
      summary.append(word);
    }
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(part("payload", each.payload), part("answer", each.answer));
    });
    made.append(details);
    return made;
  }

  name(each) {
    const payload = each.payload || {};
    const typed = payload.command ? `${payload.command} ${payload.text}` : "";
    const pressed = (payload.actions || []).map((action) => action.action_id).join(", ");
    const view = payload.view?.callback_id || "";
    return [each.name, typed || pressed || view || payload.event?.type || ""].filter(Boolean).join(": ");
  }
}

function part(name, value) {
  const made = document.createElement("div");
  const label = document.createElement("p");
  label.className = "note";
  label.textContent = name;
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.textContent = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  made.append(label, pre);
  return made;
}
