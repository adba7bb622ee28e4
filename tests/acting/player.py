"""Acting a story in Slack: each event of a story file as the commands, forms and presses of its people, over the wire."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from bot.domain.shared import authorities
from bot.domain.shared.calendar import LONDON, say_date
from bot.rehearsal.names import Names
from bot.rehearsal.story import Event, Story
from simulator.client import CannotDo, Person, Seen, Workspace
from tests.support.patience import patience

WHO = {"W": "U0DANA", "X": "U0ELI", "M": "U0MO", "N": "U0NIA"}
PREVENTED = "prevented"
"""What Slack does not even offer: no button, no menu entry."""


class Stopped(Exception):  # noqa: N818 - what the person was told, not a fault
    """The bot refused, with this sentence."""


class Company:
    """The story's people in a running workspace; `latest_assessment` and `ref_of` look into the bot's database."""

    def __init__(self, workspace: Workspace, look: Any) -> None:
        self._workspace = workspace
        self._look = look
        self.names = Names()

    async def act(self, story: Story) -> list[tuple[int, str]]:
        """Play every event; (number of the event, what was said) of those that came to nothing."""
        stopped = []
        for event in sorted(story.events, key=lambda each: (each.moment, each.number)):
            assert await self._workspace.travels(event.moment)
            told = Told(event)
            person = self._workspace.person(WHO[event.by or "M"])
            try:
                await getattr(self, f"_{event.do}")(person, told)
            except Stopped as refused:
                stopped.append((event.number, str(refused)))
            except CannotDo:
                stopped.append((event.number, PREVENTED))
            else:
                assert told.left == {}, (event.number, told.left)
        return stopped

    async def _inquire(self, person: Person, told: Told) -> None:
        await person.types("inquiry")
        name = told.take("inquiry")
        asked = told.take("authority_asked")
        home, also = told.take("home_authority", asked), ["urgent"] if told.take("urgent") else []
        assert home == asked
        await self._sends(person, asked_by_role="ward_staff", authority_asked=asked, also=also)
        self.names.inquiry[name] = self._look.newest("inquiries")

    async def _answer(self, person: Person, told: Told) -> None:
        await person.types(f"answer {self.names.inquiry[told.take('inquiry')]}")
        await self._sends(person, result=told.take("result"))

    async def _convert(self, person: Person, told: Told) -> None:
        said(await person.types(f"convert {self.names.inquiry[told.take('inquiry')]}"))
        await self._activate(person, told)

    async def _refer(self, person: Person, told: Told) -> None:
        said(await person.types(f"refer {self.names.case.get(told.fields['case'], 'ICS-' + told.fields['case'] + '1')}"))
        await self._activate(person, told)

    async def _activate(self, person: Person, told: Told) -> None:
        name, channel = told.take("case"), told.take("channel", "ward_staff")
        limbs = {limb: ["yes"] if told.take(limb) else [] for limb in ("need_to_see_family", "significant_activity")}
        also = [flag for flag in ("urgent", "restricted", "long_term") if told.take(flag)]
        values: dict[str, Any] = limbs | {"also": also}
        if home := told.take("home_authority"):
            values["home_authority"] = home
        if name not in self.names.case:
            values["about"] = f"ICS-{name}1"
        await person.chooses("referral.channel", channel, values=values)
        if form := told.take("form"):
            values[f"form.{channel}"] = form
        await self._sends(person, **values, channel=channel)
        second = {
            "age_years": str(told.take("age")),
            "threshold_level": str(told.take("threshold_level")),
            "route": told.take("route"),
        }
        if code := told.take("source_code"):
            second["source_code"] = code
        await self._sends(person, **second)
        self.names.case.setdefault(name, self._look.newest("cases"))

    async def _contact(self, person: Person, told: Told) -> None:
        if inquiry := told.take("inquiry"):
            told.take("kind")
            await person.types(f"contact {self.names.inquiry[inquiry]}")
            raise Stopped((await person.sees())["ephemerals"][-1]["blocks"][0]["text"]["text"])
        seen = [name for name in ("seen_child", "seen_alone") if told.take(name)]
        await self._opens(person, told, "contact")
        await self._sends(person, kind=told.take("kind"), on=told.day("on"), seen=seen)

    async def _respond(self, person: Person, told: Told) -> None:
        moment = datetime.fromisoformat(told.take("on"))
        await self._opens(person, told, "case")
        await person.presses("case.respond")
        await self._sends(person, on=f"{say_date(moment.date())} {moment:%H:%M}")

    async def _feedback(self, person: Person, told: Told) -> None:
        name = told.take("feedback")
        await person.types(f"feedback {self.names.case[told.take('case')]}")
        await self._sends(person, target=told.take("target"), target_role=told.take("target_role"))
        self.names.feedback[name] = self._look.newest("feedback")

    async def _on_ics(self, person: Person, told: Told) -> None:
        said(await person.types(f"recorded {self.names.feedback[told.take('feedback')]}"))

    async def _assess_start(self, person: Person, told: Told) -> None:
        name, case = told.take("assessment"), self.names.case[told.fields["case"]]
        joint, reason = told.take("camhs_joint"), told.take("camhs_reason")
        await self._opens(person, told, "assess", "start")
        receiving = told.take("receiving_authority")
        filled = {"kind": told.take("kind"), "purpose": told.take("purpose"), "on": told.day("on")}
        filled |= {"joint": ["camhs_joint"], "camhs_reason": reason} if joint else {}
        await self._sends(person, **filled, **({"receiving_authority": receiving} if receiving else {}))
        self.names.assessment[name] = (case, self._look.latest_assessment(case))

    async def _assess_complete(self, person: Person, told: Told) -> None:
        case, number = self.names.assessment[told.take("assessment")]
        await self._menu(person, case, "End the assessment")
        await self._sends(person, assessment=str(number), end="completed", on=told.day("on"))
        await self._authorised(case, told.take("authorised_by"))

    async def _assess_abandon(self, person: Person, told: Told) -> None:
        case, number = self.names.assessment[told.take("assessment")]
        await self._menu(person, case, "End the assessment")
        await self._sends(person, assessment=str(number), end="abandoned", on=told.day("on"), reason=told.take("reason"))

    async def _review(self, person: Person, told: Told) -> None:
        case = self.names.case[told.take("case")]
        await self._menu(person, case, "Record a review")
        await self._sends(person, on=told.day("on"), outcome=told.take("outcome"))
        await self._authorised(case, told.take("authorised_by"))

    async def _authorised(self, case: str, manager: str) -> None:
        """The other person's press (I10)."""
        person = self._workspace.person(WHO[manager])
        await self._card(person, case)
        await person.presses("case.authorise")

    async def _share(self, person: Person, told: Told) -> None:
        case, number = self.names.assessment[told.take("assessment")]
        values = {
            "which": self._look.to_share(case, number, told.fields["with"]),
            told.take("with"): told.take("status", "shared"),
        }
        values |= {"method": told.take("method"), "reason": told.take("reason")}
        await self._menu(person, case, "Share")
        await self._sends(person, **values, on=told.day("on"))

    async def _exempt_request(self, person: Person, told: Told) -> None:
        case, number = self.names.assessment[told.take("assessment")]
        await self._menu(person, case, "Share")
        values = {"which": str(number), told.take("with"): "exempt_requested", "reason": told.take("reason")}
        await self._sends(person, **values)

    async def _exempt_approve(self, person: Person, told: Told) -> None:
        case, number = self.names.assessment[told.take("assessment")]
        which, why = f"{number}|{told.take('with')}", told.take("reason")
        await self._card(person, case)
        await person.presses("case.exempt")
        await self._sends(person, which=which, reason=why)

    async def _copy_sent(self, person: Person, told: Told) -> None:
        case, number = self.names.assessment[told.take("assessment")]
        await self._menu(person, case, "Share")
        await self._sends(person, which=str(number), form=told.take("form"), form_reason=told.take("reason"), on=told.day("on"))

    async def _medical_file(self, person: Person, told: Told) -> None:
        case = self.names.case[told.take("case")]
        item = {"referral": "letter"}.get(told.fields["about"], told.fields["about"])
        told.take("about")
        named = told.take("assessment")
        number = self.names.assessment[named][1] if named else self._look.latest_assessment(case)
        await self._menu(person, case, "Medical file")
        values = {"status": told.take("status", "placed"), "reason": told.take("reason")}
        await self._sends(person, item=f"{number}|{item}", **values)

    async def _chronology(self, person: Person, told: Told) -> None:
        await self._opens(person, told, "chronology")
        await self._sends(person, kind=told.take("kind"), on=told.day("on"))

    async def _propose(self, person: Person, told: Told) -> None:
        await self._opens(person, told, "propose")
        await self._sends(person, decision=told.take("decision"), rationale=told.take("rationale"))

    async def _set_flag(self, person: Person, told: Told) -> None:
        await self._menu(person, self.names.case[told.take("case")], "Details")
        values: dict[str, Any] = {}
        if told.take("awaiting_family"):
            values["flags"] = ["awaiting_family"]
        if month := told.take("next_expected_contact"):
            values["next_expected_contact"] = f"{date.fromisoformat(month + '-01'):%B %Y}"
        if moved := told.take("moved_to"):
            values["moved_to"] = moved
        await self._sends(person, **values)

    async def _reassign(self, person: Person, told: Told) -> None:
        await self._opens(person, told, "reassign")
        await self._sends(person, to=WHO[told.take("to")], reason=told.take("reason"))

    async def _set_route(self, person: Person, told: Told) -> None:
        await self._managed(person, told, "Change the route", route=told.take("route"))

    async def _review_off(self, person: Person, told: Told) -> None:
        await self._managed(person, told, "No more reviews")

    async def _waive(self, person: Person, told: Told) -> None:
        await self._managed(person, told, "Waive", which=f"{told.take('rule')}|")

    async def _void(self, person: Person, told: Told) -> None:
        if inquiry := told.take("inquiry"):
            said(await person.types(f"void {self.names.inquiry[inquiry]} {told.take('reason')}"))
        else:
            await self._managed(person, told, "Take the referral back", status="void")

    async def _reclassify(self, person: Person, told: Told) -> None:
        await self._managed(person, told, "Take the referral back", status="reclassified_contact")

    async def _nfa(self, person: Person, told: Told) -> None:
        await self._managed(person, told, "Take the referral back", status="nfa")

    async def _correct(self, person: Person, told: Told) -> None:
        to = told.take("to")
        words = (
            say_date(date.fromisoformat(to)) if isinstance(to, str) and to[:2] == "20" else authorities.names().get(to, str(to))
        )
        await self._managed(person, told, "Correct", field=told.take("field"), to=words)

    async def _set(self, _person: Person, told: Told) -> None:
        """Rules are set by an administrator in Slack."""
        sam = self._workspace.person("U0SAM")
        when = say_date(date.fromisoformat(told.take("effective_from")))
        for name in list(told.left):
            said(await sam.types(f"admin rules {name} {told.take(name)} from {when}"))
            await sam.presses("rules.set")

    async def _managed(self, person: Person, told: Told, label: str, **values: Any) -> None:
        case, why = self.names.case[told.take("case")], told.take("reason")
        await self._menu(person, case, label)
        await self._sends(person, **values, reason=why)

    async def _opens(self, person: Person, told: Told, verb: str, more: str = "") -> None:
        said(await person.types(f"{verb} {self.names.case[told.take('case')]} {more}".strip()))

    @staticmethod
    async def _card(person: Person, case: str) -> Seen:
        """The card of a case; asked for again when Slack gave up waiting, as it does on a busy machine."""
        async with patience("the card of a case"):
            while (seen := await person.types(f"case {case}")).error == "operation_timeout":
                pass
        return seen

    async def _menu(self, person: Person, case: str, label: str) -> None:
        """A step of the card: one of its buttons, or an entry of its menu."""
        card = await self._card(person, case)
        said(card)
        buttons = {
            each["text"]["text"]: each["action_id"] for block in card.raw["ephemerals"][-1]["blocks"] for each in actions(block)
        }
        if label in buttons:
            await person.presses(buttons[label])
        else:
            await person.chooses("case.more", label)

    @staticmethod
    async def _sends(person: Person, **values: Any) -> None:
        """Fill in the open form and send it off; what was not saved is closed."""
        seen = await person.submits(**{name: value for name, value in values.items() if value is not None})
        if seen.errors:
            await person.closes()
            raise Stopped(next(iter(seen.errors.values())))
        if "Not saved" in seen.text or "callback_id" not in (seen.modal or {}):
            raise Stopped(seen.text)


class Told:
    """The fields of an event, taken one by one."""

    def __init__(self, event: Event) -> None:
        self.fields = dict(event.fields)
        self.left = dict(event.fields)
        self._today = event.moment.astimezone(LONDON).date()

    def take(self, name: str, default: Any = None) -> Any:
        value = self.left.pop(name, None)
        return default if value is None else value

    def day(self, name: str) -> str:
        value = self.take(name)
        return say_date(date.fromisoformat(str(value)) if value else self._today)


def actions(block: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in block.get("elements", []) if each.get("type") == "button"]


def said(seen: Seen) -> None:
    """A form or a card opened, or what was said instead."""
    whispers = seen.raw.get("ephemerals") or []
    if seen.modal is None and whispers and len(whispers[-1]["blocks"]) == 1:
        raise Stopped(whispers[-1]["blocks"][0]["text"]["text"])


def at_night(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), LONDON)
