"""The tour: a morning in a hospital team, told in the terminal by what people type and what they read."""

from __future__ import annotations

import re

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from simulator.client import Person, Seen, Workspace, readable

_NAMES = {"U0SAM": "Sam", "U0MO": "Mo", "U0DANA": "Dana", "U0ELI": "Eli", "U0ANA": "Ana"}


class TourError(Exception):
    """The bot did not do what the tour promises."""


async def play(workspace: Workspace, console: Console) -> None:
    """Play every scene; `TourError` when one does not come out."""
    stage = _Stage(console)
    sam, dana, eli = (workspace.person(user) for user in ("U0SAM", "U0DANA", "U0ELI"))
    console.print("\n[bold]OOB[/bold], a short tour. Everything runs on this machine: a pretend Slack and the real bot.\n")
    await _names_people(stage, sam)
    ref = await _logs(stage, dana)
    await _finds(stage, dana, eli)
    await _tells(stage, dana, ref)
    console.print(
        "That is an inquiry logged on the ward, found by a colleague, and feedback on its way to ICS. "
        "Next: README.md, or `oob run` with your own Slack.\n"
    )


async def _names_people(stage: _Stage, sam: Person) -> None:
    stage.scene("Sam, named in OOB_ADMINS, was greeted and says who is who.")
    for line in ("admin roles @mo team manager", "admin roles @dana social worker manager @mo", "admin roles @eli social worker"):
        await stage.types(sam, "Sam", line, "Saved")


async def _logs(stage: _Stage, dana: Person) -> str:
    """Log two inquiries, one of them taken back; the reference of the other."""
    stage.scene("Dana has two minutes between families.")
    line = "inquiry Ward staff ask whether the family on bay 3 is known to Ealing"
    ref = re.findall(r"INQ-[\d-]+", await stage.types(dana, "Dana", line, "is logged"))[0]
    await stage.types(dana, "Dana", "inquiry CCDS ask about 943 476 5919", "NHS number")
    stage.scene("With more time she opens the form.")
    opened = await dana.types("inquiry")
    stage.shows("Dana", "/oob inquiry", opened)
    offered = await dana.is_offered("authority_asked", "k&c")
    sent = await dana.submits(
        asked_by_role="ccds", authority_asked=offered[0].split()[0], note="Benefits claim; are they open to you?"
    )
    stage.shows("Dana", "sends the form: CCDS, Kensington and Chelsea", sent, "is logged")
    stage.shows("Dana", "presses Undo", await dana.presses("inquiry.undo"), "taken back")
    await dana.closes()
    return str(ref)


async def _finds(stage: _Stage, dana: Person, eli: Person) -> None:
    stage.scene("Later a colleague looks whether somebody asked already.")
    await stage.types(eli, "Eli", "inquiries Ealing", "bay 3")
    await stage.types(dana, "Dana", "", "Answer from Ealing")


async def _tells(stage: _Stage, dana: Person, ref: str) -> None:
    stage.scene("Ealing knows the family. Dana has told the ward sister, and moves that to the record.")
    await stage.types(dana, "Dana", f"feedback {ref} told the ward sister that the family is known to Ealing", "is noted")
    stage.shows("Dana", "presses Recorded on ICS", await dana.presses("recording.open"), "Copy each text into ICS")
    stage.shows("Dana", "presses They are on ICS", await dana.submits(), "noted as recorded on ICS")
    await dana.closes()


class _Stage:
    """Where scenes are shown."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def scene(self, words: str) -> None:
        self._console.print(f"[italic]{words}[/italic]")

    async def types(self, who: Person, name: str, line: str, expected: str) -> str:
        return self.shows(name, f"/oob {line}".strip(), await who.types(line), expected)

    def shows(self, name: str, did: str, seen: Seen, expected: str = "") -> str:
        words = readable(seen.modal) if seen.modal else seen.text
        if expected not in words:
            raise TourError(f"{did}: {words}")
        self._console.print(f"\n  [bold]{name}[/bold]  [cyan]{escape(did)}[/cyan]  [dim]{seen.ms} ms[/dim]")
        self._console.print(Panel(_plain(words), width=96, border_style="dim"))
        return words


def _plain(mrkdwn: str) -> str:
    """Slack's markup in the terminal's."""
    text = escape(re.sub(r"<@(\w+)>", lambda found: f"@{_NAMES.get(found[1], found[1])}", mrkdwn))
    return re.sub(r"(?<!\w)\*([^*\n]+)\*", r"[bold]\1[/bold]", re.sub(r":\w+:\s*", "", text))
