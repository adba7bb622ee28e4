// The page: who acts, which conversation is open, what is typed, and time. It is told when anything changes.

import { Modals, confirmed } from "/page/modal.js";
import { act, ask, failure } from "/page/net.js";
import { Talk, sayDay, sayTime } from "/page/talk.js";
import { Wire } from "/page/wire.js";

const byId = (id) => document.getElementById(id);
const state = { user: "", place: "", seen: null, about: null, ahead: 0, read: {} };
const stage = {
  names: {}, people: {}, channels: {}, shortcuts: [],
  user: () => state.user,
  confirmed,
  press(element, block) {
    return doing(this, "press", { action_id: element.action_id, value: element.value });
  },
  choose(element, block, option) {
    return doing(this, "choose", { action_id: element.action_id, option });
  },
  suggest: (block, typed) => ask("/sim/suggest", { user: state.user, block_id: block, typed }).catch(() => []),
  shortcut: (callback, ts) => go(act("shortcut", state.user, { callback_id: callback, ts })),
};
const talk = new Talk(stage);
const wire = new Wire();
const modals = new Modals(stage, taken, say);

function doing(where, name, what) {
  const more = { ...what };
  if (where.view) more.values = modals.values();
  else if (where.home) more.home = true;
  else if (where.message) more.ts = where.message.ts;
  return go(act(name, state.user, more));
}

async function go(promise) {
  say("");
  try {
    const told = await promise;
    if (told.error) say(failure(told.error));
    taken(told);
  } catch (error) {
    say(error.message);
  }
}

/** What an act answered: the modal at once, the rest comes with the next change. */
function taken(told) {
  if (told && "modal" in told) {
    if (!told.modal) modals.show(null, 0);
    else if (state.seen) modals.show(told.modal, Math.max(state.seen.stack, 1));
  }
}

function say(sentence) {
  byId("status").textContent = sentence;
}

async function start() {
  state.about = await ask("/sim/page");
  for (const user of state.about.users) {
    stage.names[user.id] = user.real_name || user.name;
    if (!user.is_bot) stage.people[user.id] = `${user.real_name} (@${user.name})`;
  }
  stage.names[state.about.bot] = "OOB";
  stage.channels = state.about.channels;
  stage.shortcuts = state.about.shortcuts;
  const as = byId("as");
  for (const [id, name] of Object.entries(stage.people)) as.append(new Option(name, id));
  as.addEventListener("change", () => become(as.value));
  window.addEventListener("hashchange", fromHash);
  fromHash();
}

function fromHash() {
  const [user, place] = location.hash.slice(1).split("/");
  const known = user in stage.people ? user : Object.keys(stage.people)[0];
  if (known !== state.user) become(known, place);
  else if (place) open(place);
}

function become(user, place = "") {
  state.user = user;
  state.seen = null;
  byId("as").value = user;
  document.title = `${stage.names[user]} · pretend workspace`;
  state.place = place || state.place || Object.keys(stage.channels)[0];
  location.hash = `${user}/${state.place}`;
  follow(user);
}

async function follow(user) {
  let version = "";
  while (state.user === user) {
    try {
      const told = await ask(`/sim/changes/${user}?unless=${version}`);
      if (state.user !== user) return;
      version = told.version;
      state.seen = told;
      state.ahead = told.ahead;
      show();
    } catch (error) {
      say(error.message);
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

function places() {
  const direct = Object.keys(state.seen.channels).find((id) => !(id in stage.channels));
  const found = Object.entries(stage.channels).filter(([id]) => id in state.seen.channels).map(([id, name]) => ({ id, name: `# ${name}` }));
  return [...found, { id: "direct", name: "OOB, direct messages", channel: direct }, { id: "home", name: "OOB, home" }];
}

function messagesOf(place) {
  const channel = place.channel || place.id;
  const posted = place.id === "direct" ? state.seen.direct : state.seen.channels[place.id] || [];
  const whispers = state.seen.ephemerals.filter((each) => each.channel === channel);
  return [...posted, ...whispers].sort((one, other) => Number(one.ts) - Number(other.ts));
}

function show() {
  const list = places();
  const here = list.find((each) => each.id === state.place) || list[0];
  state.place = here.id;
  byId("places").replaceChildren(...list.map((each) => entry(each, each.id === here.id)));
  byId("place-name").textContent = here.name;
  byId("composer").hidden = here.id === "home";
  if (here.id === "home") talk.home(state.seen.home);
  else talk.show(`${state.user} ${here.id}`, messagesOf(here));
  modals.show(state.seen.modal, state.seen.stack);
  const now = Date.now() + state.ahead * 1000;
  byId("day").textContent = `${sayDay(now)}, ${sayTime(now)}`;
  wire.look();
}

function entry(place, current) {
  const made = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = place.name;
  button.dataset.place = place.id;
  const newest = place.id === "home" ? "" : messagesOf(place).at(-1)?.ts || "";
  const key = `${state.user} ${place.id}`;
  if (current || !(key in state.read)) state.read[key] = newest;
  if (current) button.setAttribute("aria-current", "true");
  if (newest > state.read[key]) {
    button.classList.add("unread");
    button.setAttribute("aria-label", `${place.name}, new messages`);
  }
  button.addEventListener("click", () => open(place.id));
  made.append(button);
  return made;
}

function open(place) {
  state.place = place;
  location.hash = `${state.user}/${place}`;
  if (place === "home") go(act("open_home", state.user));
  if (!state.seen) return;
  show();
  byId("place-name").focus();
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("say");
  const words = field.value.trim();
  if (!words) return;
  const here = places().find((each) => each.id === state.place);
  const channel = here.channel || (here.id === "direct" ? `D${state.user.slice(1)}` : here.id);
  const [command, ...rest] = words.split(" ");
  field.value = "";
  hints();
  if (!command.startsWith("/")) go(act("say", state.user, { channel, text: words }));
  else go(act("command", state.user, { channel, text: rest.join(" "), name: command }));
});

function hints() {
  const typed = byId("say").value;
  const box = byId("hints");
  const command = state.about.commands.find((each) => typed.startsWith("/") && (each.command.startsWith(typed) || typed.startsWith(each.command)));
  box.hidden = !command;
  if (!command) return;
  const word = typed.slice(command.command.length).trim().toLowerCase();
  const offered = command.hint.split("|").map((each) => each.trim()).filter((each) => each.startsWith(word.split(" ")[0]) && each !== word);
  const lead = document.createElement("p");
  lead.textContent = `${command.command} · ${command.description}`;
  box.replaceChildren(lead, ...offered.slice(0, 12).map((each) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = each;
    made.addEventListener("click", () => {
      byId("say").value = `${command.command} ${each} `;
      byId("say").focus();
      hints();
    });
    return made;
  }));
}

byId("say").addEventListener("input", hints);
byId("travel").addEventListener("keydown", (event) => {
  if (event.key === "Escape") byId("travel").open = false;
});
for (const button of document.querySelectorAll("[data-to]")) button.addEventListener("click", () => travel(button.dataset.to));
byId("travel-to").addEventListener("submit", (event) => {
  event.preventDefault();
  travel(byId("travel-day").value);
});

async function travel(to) {
  byId("travel").open = false;
  byId("travel").querySelector("summary").focus();
  say("Travelling…");
  try {
    const told = await ask("/sim/clock", { to });
    say(told.followed ? "The app has followed." : "The app has not followed yet.");
  } catch (error) {
    say(error.message);
  }
}

start().catch((error) => say(error.message));
