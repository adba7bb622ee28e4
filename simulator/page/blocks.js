// Block Kit as Slack shows it: sections, headers, context, dividers, images, actions, inputs, rich text and files.

import { emojiOf, link, mention, mrkdwn, plain } from "/page/mrkdwn.js";
import { element, inputOf } from "/page/elements.js";

/** The nodes of a message's or a view's blocks. `stage` has names, channels and `press(element, block, more)`. */
export function blocksOf(blocks, stage) {
  return (blocks || []).map((block) => {
    const make = BLOCKS[block.type];
    const made = make ? make(block, stage) : unknown(block);
    made.dataset.block = block.type;
    if (block.block_id) made.dataset.blockId = block.block_id;
    return made;
  });
}

/** Text as an object of Block Kit says it: mrkdwn or plain. */
export function textOf(text, stage) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, stage.names, stage.channels) : plain(text.text, text.emoji !== false);
}

const BLOCKS = {
  section(block, stage) {
    const made = box("section");
    const words = box("words");
    if (block.text) words.append(textOf(block.text, stage));
    if (block.fields) {
      const fields = box("fields");
      for (const field of block.fields) fields.append(holding("p", textOf(field, stage)));
      words.append(fields);
    }
    made.append(words);
    if (block.accessory) made.append(holding("div", element(block.accessory, block, stage), "accessory"));
    return made;
  },
  header: (block, stage) => holding("h3", textOf(block.text, stage), "header"),
  divider: () => document.createElement("hr"),
  context(block, stage) {
    const made = box("context");
    for (const each of block.elements) made.append(each.type === "image" ? image(each) : holding("span", textOf(each, stage)));
    return made;
  },
  image: (block) => image(block),
  actions(block, stage) {
    const made = box("actions");
    for (const each of block.elements) made.append(element(each, block, stage));
    return made;
  },
  input: (block, stage) => inputOf(block, stage),
  rich_text(block, stage) {
    const made = box("rich");
    for (const each of block.elements) made.append(rich(each, stage));
    return made;
  },
};

function rich(part, stage) {
  if (part.type === "rich_text_list") {
    const made = document.createElement(part.style === "ordered" ? "ol" : "ul");
    for (const each of part.elements) made.append(holding("li", rich(each, stage)));
    return made;
  }
  const tag = { rich_text_preformatted: "pre", rich_text_quote: "blockquote" }[part.type] || "p";
  const made = document.createElement(tag);
  for (const each of part.elements) made.append(piece(each, stage));
  if (tag === "pre") {
    made.tabIndex = 0;
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", "Text to copy");
  }
  return made;
}

function piece(part, stage) {
  if (part.type === "user") return mention(`@${stage.names[part.user_id] || part.user_id}`);
  if (part.type === "channel") return mention(`#${stage.channels[part.channel_id] || part.channel_id}`);
  if (part.type === "link") return link(part.url, part.text || part.url);
  if (part.type === "emoji") return document.createTextNode(emojiOf(part.name));
  let made = document.createTextNode(part.text || "");
  for (const [style, tag] of [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["code", "code"]]) {
    if (part.style?.[style]) made = holding(tag, made);
  }
  return made;
}

function image(block) {
  const made = document.createElement("img");
  made.alt = block.alt_text || "";
  made.src = block.image_url || "";
  return made;
}

function unknown(block) {
  return holding("p", document.createTextNode(`This page does not know the block “${block.type}”.`), "unsupported");
}

function box(name) {
  const made = document.createElement("div");
  made.className = name;
  return made;
}

function holding(tag, child, name) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(child);
  return made;
}
