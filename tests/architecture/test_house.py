"""What the house promises about itself, held by tests."""

import ast
import re
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

from handlers.core import commands
from handlers.core.interaction import Kind
from handlers.router import ROUTES, VERB_HANDLERS
from simulator.webapi import METHODS

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("bot", "handlers", "storage", "simulator", "demo") for path in (ROOT / folder).rglob("*.py"))
OURS = [path for path in SOURCES if "migrations/versions" not in path.as_posix()]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_has_at_most_500_lines_and_a_function_40(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 500
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, node.name


METAPHORS = {
    *(
        "answered",
        "amending",
        "asking",
        "auditing",
        "briefing",
        "caretaker",
        "casebook",
        "courier",
        "delivered",
        "desk",
        "exercises",
    ),
    *("finding", "front", "glances", "heart", "keeping", "ledger", "letters", "link", "listing", "looking", "mine", "minuting"),
    *("morning", "postroom", "reception", "registrar", "sides", "stage", "telling", "working"),
}
PRODUCT = [path for path in OURS if path.relative_to(ROOT).parts[0] in ("bot", "handlers", "storage")]


def test_a_folder_has_at_most_15_modules() -> None:
    counts = Counter(path.parent for path in PRODUCT if path.name != "__init__.py")
    assert {folder: number for folder, number in counts.items() if number > 15} == {}


def test_a_class_name_has_one_owner() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                owners[node.name].add(path.relative_to(ROOT).as_posix())
    assert len(owners) > 200
    assert {name: sorted(where) for name, where in owners.items() if len(where) > 1} == {}


def test_no_module_has_a_metaphor_for_a_name() -> None:
    assert {path.stem for path in PRODUCT} & METAPHORS == set()


def test_no_file_names_an_absolute_path_or_a_registry() -> None:
    hosts = "|".join(("py" + r"pi\.org", "python" + r"hosted\.org", r"registry\.npm" + "js", r"deb\.deb" + r"ian\.org"))
    pattern = re.compile(rf"{hosts}|(?:^|[\s\"'=])/(?:work|root|home)/")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    found = [name for name in listed if (ROOT / name).exists() and pattern.search((ROOT / name).read_text(errors="replace"))]
    assert listed
    assert found == []


def manifest() -> dict[str, object]:
    loaded: dict[str, object] = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return loaded


def test_the_manifest_asks_for_the_scopes_that_the_code_uses_and_no_other() -> None:
    text = "\n".join(path.read_text() for path in OURS if path.relative_to(ROOT).parts[0] in ("bot", "handlers"))
    called = {name for name in METHODS if re.search(rf'\.{name.replace(".", "_").lower()}\(|"{name}"', _snake(text))}
    assert called >= {"auth.test", "users.info", "views.open", "views.publish", "chat.postMessage", "conversations.history"}
    needed = {METHODS[name][1] for name in called} - {None}
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed | {"commands"}  # type: ignore[index]


def _snake(text: str) -> str:
    """slack_sdk's spelling of method names, where it differs: `chat_postMessage` is `chat_postmessage` here."""
    return re.sub(r"\.(\w+_\w+)\(", lambda found: f".{found[1].lower()}(", text)


def test_the_manifest_describes_the_verbs_and_the_events_of_the_code() -> None:
    command = manifest()["features"]["slash_commands"][0]  # type: ignore[index]
    offered = {word.strip() for word in command["usage_hint"].split("|")}
    assert offered == {verb.name for verb in commands.VERBS if verb.name != "mine"}
    assert command["should_escape"] is True
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]  # type: ignore[index]
    assert set(events) == {name for kind, name in ROUTES if kind is Kind.EVENT}
    assert len(manifest()["display_information"]["long_description"]) >= 175  # type: ignore[index]


def test_every_verb_has_a_handler_and_stands_in_the_readme() -> None:
    assert set(VERB_HANDLERS) == {verb.name for verb in commands.VERBS}
    readme = (ROOT / "README.md").read_text()
    for verb in commands.VERBS:
        assert verb.usage.split(" [")[0] in readme, verb.name


def test_every_id_stands_on_the_page_of_ids() -> None:
    page = (ROOT / "docs/slack-ids.md").read_text()
    rows = set(re.findall(r"^\| (action|submission|shortcut|options|event) \| `([\w.]+)`", page, re.MULTILINE))
    assert rows == {(kind.value, name) for kind, name in ROUTES if kind is not Kind.COMMAND}


def test_every_refusal_stands_on_the_page_of_refusals() -> None:
    raised = set()
    for path in OURS:
        if path.relative_to(ROOT).parts[0] in ("bot", "handlers", "storage"):
            raised |= set(re.findall(r'(?:(?:Refusal|Unavailable)\(\s*|, code=)"(\w+)"', path.read_text()))
    page = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs/refusals.md").read_text(), re.MULTILINE))
    assert raised == page


def test_every_setting_stands_in_the_administrators_guide() -> None:
    names = set(re.findall(r'_named\("(\w+)"\)', (ROOT / "bot/core/settings.py").read_text()))
    guide = (ROOT / "docs/guide/admin.md").read_text()
    assert names
    assert [name for name in names if f"`{name}`" not in guide] == []


def test_the_project_names_at_most_25_runtime_packages_and_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = text.split("\ndependencies = [", 1)[1].split("\n]", 1)[0]
    names = re.findall(r'^    "([a-z-]+)', block, re.MULTILINE)
    reasons = (ROOT / "docs/decisions/dependencies.md").read_text()
    assert 0 < len(names) <= 25
    assert [name for name in names if name not in reasons] == []


@pytest.mark.parametrize(
    "page", [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "simulator/README.md"], ids=lambda p: p.name
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_a_rule_is_named_by_its_type_and_a_reference_is_told_apart_by_its_own_module() -> None:
    """No "R1" and no `startswith("OOB-")` outside the two modules that own them."""
    owners = {ROOT / "bot/domain/shared/rule.py", ROOT / "bot/domain/shared/references.py"}
    strings = re.compile(r"""(["'])R\d{1,2}\1|startswith\(\(?["'](?:OOB|INQ|FB|AUD)-""")
    assert [
        path.relative_to(ROOT).as_posix() for path in PRODUCT if path not in owners and strings.search(path.read_text())
    ] == []
