// A conversation: its messages in their order, whispers marked, days between them, files, and shortcuts under a message.

import { blocksOf } from "/page/blocks.js";
import { popup } from "/page/elements.js";
import { mrkdwn } from "/page/mrkdwn.js";

const ZONE = { timeZone: "Europe/London" };
const DAY = new Intl.DateTimeFormat("en-GB", { ...ZONE, weekday: "short", day: "numeric", month: "short", year: "numeric" });
const TIME = new Intl.DateTimeFormat("en-GB", { ...ZONE, hour: "2-digit", minute: "2-digit" });

/** A day as OOB says it: Tue 2 Feb 2027. */
export function sayDay(milliseconds) {
  return DAY.format(new Date(milliseconds)).replace(",", "");
}

/** The time of day: 08:30. */
export function sayTime(milliseconds) {
  return TIME.format(new Date(milliseconds));
}

export class Talk {
  constructor(stage) {
    this.stage = stage;
    this.log = document.getElementById("messages");
    this.nodes = new Map();
    this.place = "";
  }

  /** Show messages, the oldest first; what has not changed stays as it is. */
  show(place, messages) {
    const fresh = place !== this.place;
    const atEnd = fresh || this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    if (fresh) {
      this.place = place;
      this.nodes.clear();
      this.log.replaceChildren();
    }
    const wanted = [];
    let day = "";
    for (const message of messages) {
      const on = sayDay(Number(message.ts) * 1000);
      if (on !== day) wanted.push(this.kept(`day ${on}`, on, () => this.divider(on)));
      day = on;
      wanted.push(this.kept(message.ts, JSON.stringify(message), () => this.message(message)));
    }
    if (!wanted.length) wanted.push(this.kept("empty", "", () => this.nothing("Nothing here yet.")));
    this.put(wanted);
    if (atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  /** Show the app's home. */
  home(view) {
    if (this.place !== "home") this.nodes.clear();
    this.place = "home";
    const key = view ? view.hash : "";
    const made = this.kept("home", key, () => {
      if (!view) return this.nothing("The app has not shown its home yet.");
      const holder = document.createElement("article");
      holder.className = "home";
      holder.append(...blocksOf(view.blocks, { ...this.stage, home: true }));
      return holder;
    });
    this.put([made]);
  }

  kept(key, state, make) {
    const known = this.nodes.get(key);
    if (known && known.state === state) return known.node;
    const node = make();
    const focused = known?.node.contains(document.activeElement);
    if (known) known.node.replaceWith(node);
    this.nodes.set(key, { state, node });
    if (focused) (node.querySelector("button, select") || this.log).focus();
    return node;
  }

  put(wanted) {
    const there = new Set(wanted);
    for (const [key, { node }] of this.nodes) if (!there.has(node)) this.nodes.delete(key);
    for (const node of [...this.log.children]) if (!there.has(node)) node.remove();
    wanted.forEach((node, place) => {
      if (this.log.children[place] !== node) this.log.insertBefore(node, this.log.children[place] || null);
    });
  }

  message(message) {
    const made = document.createElement("article");
    made.className = message.to ? "message whisper" : "message";
    made.dataset.ts = message.ts;
    made.append(this.head(message));
    const stage = { ...this.stage, message };
    if (message.blocks) made.append(...blocksOf(message.blocks, stage));
    else if (message.text) {
      const words = document.createElement("div");
      words.className = "section";
      words.append(mrkdwn(message.text, this.stage.names, this.stage.channels));
      made.append(words);
    }
    for (const file of message.files || []) made.append(this.file(file));
    return made;
  }

  head(message) {
    const made = document.createElement("header");
    const bot = Boolean(message.bot_id || message.to);
    const name = document.createElement("strong");
    name.textContent = bot ? "OOB" : this.stage.names[message.user] || message.user;
    const at = document.createElement("time");
    const when = Number(message.ts) * 1000;
    at.dateTime = new Date(when).toISOString();
    at.textContent = sayTime(when);
    made.append(name);
    if (bot) made.append(mark("app", "App"));
    made.append(at);
    if (message.to) made.append(mark("only", "Only visible to you"));
    if (!message.to && this.stage.shortcuts.length) made.append(this.shortcuts(message));
    return made;
  }

  shortcuts(message) {
    const entries = this.stage.shortcuts.map((each) => ({
      name: each.name,
      go: () => this.stage.shortcut(each.callback_id, message.ts),
    }));
    return popup("⋮", "Message shortcuts", entries);
  }

  file(file) {
    const made = document.createElement("p");
    made.className = "file";
    const link = document.createElement("a");
    link.href = `/sim/files/${encodeURIComponent(file.id)}`;
    link.download = file.name;
    link.textContent = file.name;
    made.append("📄 ", link);
    return made;
  }

  divider(on) {
    const made = document.createElement("p");
    made.className = "divider";
    made.textContent = on;
    return made;
  }

  nothing(words) {
    const made = document.createElement("p");
    made.className = "nothing";
    made.textContent = words;
    return made;
  }
}

function mark(name, words) {
  const made = document.createElement("span");
  made.className = name;
  made.textContent = words;
  return made;
}
