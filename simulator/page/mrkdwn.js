// Slack's mrkdwn as nodes of the page. Nothing is ever parsed as HTML.

const EMOJI = {
  tea: "🍵", lock: "🔒", hourglass: "⏳", warning: "⚠️", pencil2: "✏️", rotating_light: "🚨", white_check_mark: "✅",
  wave: "👋", calendar: "📅", bell: "🔔", x: "❌", eyes: "👀", memo: "📝", house: "🏠",
};
const TOKEN = /```([\s\S]*?)```|`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+-]+):|(?<![\p{L}\d*])\*(?=\S)([^*\n]*?\S)\*(?![\p{L}\d*])|(?<![\p{L}\d_])_(?=\S)([^_\n]*?\S)_(?![\p{L}\d_])|(?<![\p{L}\d~])~(?=\S)([^~\n]*?\S)~(?![\p{L}\d~])/gu;

/** A fragment of nodes for `text`; `names` maps user ids to names, `channels` conversation ids. */
export function mrkdwn(text, names, channels = {}) {
  const made = document.createDocumentFragment();
  let quote = null;
  const lines = text.split("\n");
  let pending = [];
  const flush = () => {
    if (pending.length) (quote || made).append(inline(pending.join("\n"), names, channels));
    pending = [];
  };
  for (const line of lines) {
    const quoted = /^(?:&gt;|>) ?/.exec(line);
    if (Boolean(quoted) !== Boolean(quote)) {
      flush();
      quote = quoted ? document.createElement("blockquote") : null;
      if (quote) made.append(quote);
    }
    pending.push(quoted ? line.slice(quoted[0].length) : line);
  }
  flush();
  return made;
}

/** A fragment for plain text: emoji by name where `emoji` is not false, line breaks kept by the style. */
export function plain(text, emoji = true) {
  const shown = emoji ? text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] || whole) : text;
  return document.createTextNode(shown);
}

/** The sign of an emoji, or its name between colons. */
export function emojiOf(name) {
  return EMOJI[name] || `:${name}:`;
}

function inline(text, names, channels) {
  const made = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    made.append(unescaped(text.slice(end, found.index)));
    made.append(token(found, names, channels));
    end = found.index + found[0].length;
  }
  made.append(unescaped(text.slice(end)));
  return made;
}

function token(found, names, channels) {
  const [, block, code, angled, emoji, bold, italic, struck] = found;
  if (block !== undefined) return holding("pre", unescaped(block.replace(/^\n/, "")));
  if (code !== undefined) return holding("code", unescaped(code));
  if (angled !== undefined) return special(angled, names, channels);
  if (emoji !== undefined) return document.createTextNode(emojiOf(emoji));
  if (bold !== undefined) return holding("strong", inline(bold, names, channels));
  if (italic !== undefined) return holding("em", inline(italic, names, channels));
  return holding("s", inline(struck, names, channels));
}

function special(inner, names, channels) {
  const [what, ...rest] = inner.split("|");
  const label = rest.join("|");
  if (what.startsWith("@")) return mention(`@${names[what.slice(1)] || label || what.slice(1)}`);
  if (what.startsWith("#")) return mention(`#${channels[what.slice(1)] || label || what.slice(1)}`);
  if (what.startsWith("!date^")) return moment(what, label);
  if (what.startsWith("!")) return mention(`@${label || what.slice(1)}`);
  return link(what, label || what.replace(/^mailto:/, ""));
}

/** A link that leads to the web or to a mail program; anything else stays text. */
export function link(address, label) {
  const known = /^(https?:|mailto:)/.test(decoded(address));
  if (!known) return document.createTextNode(decoded(label));
  const made = holding("a", document.createTextNode(decoded(label)));
  made.href = decoded(address);
  made.rel = "noreferrer noopener";
  made.target = "_blank";
  return made;
}

/** A mention of a person or a conversation. */
export function mention(words) {
  const made = holding("span", document.createTextNode(decoded(words)));
  made.className = "mention";
  return made;
}

function moment(what, fallback) {
  const [, seconds, form] = what.split("^");
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return document.createTextNode(decoded(fallback));
  const say = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", ...options }).format(date);
  const day = { day: "numeric", month: "long", year: "numeric" };
  const forms = {
    date_num: () => say({ year: "numeric", month: "2-digit", day: "2-digit" }),
    date: () => say(day),
    date_short: () => say({ day: "numeric", month: "short", year: "numeric" }),
    date_long: () => say({ weekday: "long", ...day }),
    date_pretty: () => say(day),
    date_short_pretty: () => say({ day: "numeric", month: "short", year: "numeric" }),
    date_long_pretty: () => say({ weekday: "long", ...day }),
    time: () => say({ hour: "2-digit", minute: "2-digit" }),
    time_secs: () => say({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  };
  const made = holding("time", document.createTextNode(form.replace(/\{(\w+)\}/g, (whole, name) => forms[name]?.() ?? whole)));
  made.dateTime = date.toISOString();
  return made;
}

function holding(tag, child) {
  const made = document.createElement(tag);
  made.append(child);
  return made;
}

function unescaped(text) {
  return document.createTextNode(decoded(text));
}

function decoded(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
