"""Block Kit in the browser: every golden file, and mrkdwn as Slack reads it."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Opens

GOLDEN = Path(__file__).parents[1] / "golden"
SHOW = """async (views) => {
  const { blocksOf } = await import("/page/blocks.js");
  const stage = { names: { U0DANA: "Dana" }, people: { U0DANA: "Dana" }, channels: {}, confirmed: (_, go) => go(),
                  press() {}, choose() {}, suggest: async () => [] };
  const holder = document.createElement("div");
  document.body.replaceChildren(holder);
  return views.map((view) => {
    holder.replaceChildren(...blocksOf(view.blocks, stage));
    const parts = (what) => holder.querySelectorAll(what).length;
    return { unsupported: parts(".unsupported"), blocks: holder.children.length, text: holder.innerText,
             buttons: [...holder.querySelectorAll(".button")].map((each) => each.getAttribute("aria-label") || each.textContent),
             inputs: parts(".input"), menus: parts(".actions select, .section select, details.overflow") };
  });
}"""
MRKDWN = """async (text) => {
  const { mrkdwn } = await import("/page/mrkdwn.js");
  const holder = document.createElement("div");
  holder.append(mrkdwn(text, { U0DANA: "Dana Okafor" }, { C0TEAM: "oob-team" }));
  return holder.innerHTML;
}"""


def elements(view: dict[str, Any], *kinds: str) -> list[dict[str, Any]]:
    found = []
    for block in view["blocks"]:
        inside = [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        found += [each for each in inside if each.get("type") in kinds]
    return found


@pytest.fixture
async def page(opens: Opens) -> Page:
    window = await opens("dana")
    return window.page  # type: ignore[no-any-return]  # a window's page


async def test_every_block_and_element_of_every_golden_file_is_shown(page: Page) -> None:
    shown = 0
    for path in sorted(GOLDEN.glob("*.json")):
        views = json.loads(path.read_text())
        for view, seen in zip(views, await page.evaluate(SHOW, views), strict=True):
            shown += 1
            assert seen["unsupported"] == 0, path.name
            assert seen["blocks"] == len(view["blocks"]), path.name
            assert seen["inputs"] == sum(block["type"] == "input" for block in view["blocks"]), path.name
            assert len(seen["buttons"]) == len(elements(view, "button")), path.name
            assert seen["menus"] == len(elements(view, "static_select", "overflow", "users_select")), path.name
            for text in [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"]:
                assert text in seen["text"], path.name
    assert shown > 150


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* and _italic_ and ~struck~", "<strong>bold</strong> and <em>italic</em> and <s>struck</s>"),
        ("`a *b*` c", "<code>a *b*</code> c"),
        ("2*3*4 and snake_case_word", "2*3*4 and snake_case_word"),
        ("<@U0DANA> in <#C0TEAM>", '<span class="mention">@Dana Okafor</span> in <span class="mention">#oob-team</span>'),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("<script>alert(1)</script>", "script&gt;alert(1)/script&gt;"),
        ("<javascript:alert(1)|press>", "press"),
        ("&gt; said\nthen", "<blockquote>said</blockquote>then"),
        ("```\none\ntwo```", "<pre>one\ntwo</pre>"),
        (":tea: :nobody:", "🍵 :nobody:"),
        ("• one\n• two", "• one\n• two"),
        ("<!here> <!subteam^S1|@team>", '<span class="mention">@here</span> <span class="mention">@@team</span>'),
    ],
)
async def test_mrkdwn_is_read_as_slack_reads_it_and_never_as_html(page: Page, text: str, html: str) -> None:
    shown = await page.evaluate(MRKDWN, text)
    if "script" in text and "javascript" not in text:
        assert "<script" not in shown
        return
    assert shown == html


async def test_dates_are_said_in_london_with_a_fallback(page: Page) -> None:
    shown = await page.evaluate(MRKDWN, "<!date^1801558800^{date_long} at {time}|2 Feb>")
    assert ">Tuesday 2 February 2027 at 09:00</time>" in shown.replace(",", "")
    assert await page.evaluate(MRKDWN, "<!date^soon^{date}|some day>") == "some day"


async def test_links_lead_to_the_web_only_and_say_so(page: Page) -> None:
    shown = await page.evaluate(MRKDWN, "<https://example.org/a?b=1&amp;c=2|the page>")
    assert 'href="https://example.org/a?b=1&amp;c=2"' in shown
    assert 'rel="noreferrer noopener"' in shown
