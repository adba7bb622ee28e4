"""What a rehearsal tells: letters, cases, lists and answers in the story's own names (docs/stories-reference.md)."""

from __future__ import annotations

from typing import Any

from bot.domain.cases.case import Case
from bot.domain.cases.codes import ItemStatus, SatisfactionForm, SharingStatus
from bot.domain.cases.episode import Assessment
from bot.domain.cases.referral import is_re_referral
from bot.domain.digests.digest import Digest
from bot.domain.notifications import (
    AuditNotification,
    AuditorNotification,
    FindingNotification,
    Handover,
    Reminder,
    WeeklyDigest,
    WeeklyWorklist,
)
from bot.domain.obligations.after_assessment import MedicalFileKind, With, wanted_on_file
from bot.domain.people import Actor
from bot.domain.shared.calendar import iso_minute
from bot.domain.shared.obligation import Obligation, ObligationStatus
from bot.domain.supervision.agenda import AgendaEntry
from bot.rehearsal.names import Names
from bot.rehearsal.story import Show
from bot.services.digests import digests
from bot.services.reminders import lists as reminder_lists
from bot.services.reports import reports
from storage import people
from storage.cases import cases
from storage.db.engine import Tx
from storage.inquiries import inquiries
from storage.notifications.outbox import QueuedNotification
from storage.reminders import log

_OF_AUDITS = (AuditNotification, AuditorNotification, FindingNotification)
"""A story's events say these already, and what two people tell each other."""
_RULE_ORDER = {f"R{number}": number for number in range(1, 17)}


class Teller:
    """Turns references into the story's names."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def letter(self, tx: Tx, owed: QueuedNotification) -> dict[str, Any] | None:
        """One message, None when there is nothing in it."""
        content = owed.content
        if content.between_two or isinstance(content, _OF_AUDITS):
            return None
        head: dict[str, Any] = {"at": iso_minute(tx.now), "to": owed.recipient, "kind": owed.kind}
        match content:
            case Reminder():
                items = [self._item(item) for item in log.of_letter(tx, owed.recipient, content.letter)]
                log.mark(tx, owed.recipient, content.letter, log.SENT)
                return head | {"items": items} if items else None
            case WeeklyDigest():
                return head | self._digest(digests.digest_for(tx, content.manager_id))
            case WeeklyWorklist():
                lists = self._lists(digests.worklist_for(tx, content.worker_id).lists)
                return head | {"week": content.week, "lists": lists} if any(lists.values()) else None
            case Handover(ref=ref):
                clocks = [each for each in reminder_lists.asked_about(tx, ref) if each.standing is ObligationStatus.OPEN]
                return head | self._name(ref) | {"items": [self._clock(ref, each) for each in _ordered(clocks)]}
        return head | {"kind": "notice", "about": owed.kind} | self._name(content.pack().partition("|")[0])

    def case(self, tx: Tx, name: str, ref: str) -> dict[str, Any]:
        """A case as it stands."""
        case = _loaded(tx, ref)
        latest = case.latest
        counted = [each for each in case.referrals if each.counts]
        return {
            "case": name,
            "ref": ref,
            "state": latest.state(tx.today).value if latest else None,
            "episodes": len(case.living_episodes),
            "referrals": [
                {
                    "received_on": each.received_on.isoformat(),
                    "re_referral": is_re_referral(
                        each.received_on, [other.received_on for other in counted if other is not each], each.previous_referral_on
                    ),
                }
                for each in counted
            ],
            "assessments": [self._assessment(case, each) for episode in case.living_episodes for each in episode.assessments],
            "obligations": [self._obligation(tx, each) for each in _ordered(_to_tell(case, reminder_lists.asked_about(tx, ref)))],
        }

    def inquiry(self, tx: Tx, name: str, ref: str) -> dict[str, Any]:
        """An inquiry as it stands."""
        found = inquiries.get(tx, ref)
        if found is None:
            raise LookupError(ref)
        return {"inquiry": name, "ref": ref, "status": "converted" if found.converted_to else found.status.value}

    def decisions(self, tx: Tx, viewer: Actor | None = None) -> list[dict[str, Any]]:
        """The decision list."""
        return [self._name(line.ref) | {"why": list(why)} for line, why in reminder_lists.decision_list(tx, viewer)]

    def agenda(self, tx: Tx, worker: str, viewer: Actor | None = None) -> list[dict[str, Any]]:
        """A worker's agenda."""
        return [self._entry(entry) for entry in reminder_lists.agenda_of(tx, worker, viewer)]

    def shown(self, tx: Tx, show: Show, viewer: Actor | None) -> dict[str, Any]:
        """The answer to a question, with the question."""
        question = {"at": iso_minute(show.moment), "what": show.what} | show.fields
        return question | {"answer": self._answer(tx, show, viewer)}

    def _answer(self, tx: Tx, show: Show, viewer: Actor | None) -> object:
        worker = str(show.fields.get("worker") or (viewer.user_id if viewer else ""))
        if show.what == "agenda":
            return self.agenda(tx, worker, viewer)
        if show.what == "decision_list":
            return self.decisions(tx, viewer)
        if show.what == "due":
            whose = [person for person in people.everyone(tx) if worker in ("", person.user_id)]
            kept = {
                (each.ref, each.asked.rule, each.asked.subject): each
                for one in whose
                for each in reminder_lists.due_of(tx, one, viewer)
            }
            return [self._clock(each.ref, each.asked) | {"state": each.asked.state(tx.today)} for each in kept.values()]
        return reports.report(tx, str(show.fields.get("report")), show.fields.get("from"), show.fields.get("to"))

    def _item(self, item: log.ReminderItem) -> dict[str, Any]:
        told: dict[str, Any] = {"rule": item.rule, "stage": item.stage.value} | self._name(item.ref)
        told["due"] = item.due.isoformat() if item.due else None
        return told | self._about(item.ref, item.about, item.of)

    def _clock(self, ref: str, asked: Obligation) -> dict[str, Any]:
        told: dict[str, Any] = {"rule": asked.rule, "stage": None} | self._name(ref)
        told["due"] = asked.due.isoformat() if asked.due else None
        return told | self._about(ref, asked.about, asked.of)

    def _about(self, ref: str, about: str | None, of: int | None) -> dict[str, Any]:
        """What it is about where a case can have several: parents or child, assessment or letter, or feedback by its name."""
        named = {value: name for name, value in self._names.feedback.items()}
        told: dict[str, Any] = {"about": named.get(about, about)} if about else {}
        made = next((name for name, value in self._names.assessment.items() if value == (ref, of)), None)
        return told | ({"assessment": made} if made else {})

    def _obligation(self, tx: Tx, asked: Obligation) -> dict[str, Any]:
        told = {
            "rule": asked.rule,
            "due": asked.due.isoformat() if asked.due else None,
            "status": asked.standing.value,
            "state": asked.state(tx.today) if asked.standing is ObligationStatus.OPEN else None,
        }
        return told | self._about(asked.subject.partition("/")[0], asked.about, asked.of)

    def _assessment(self, case: Case, made: Assessment) -> dict[str, Any]:
        name = next((name for name, value in self._names.assessment.items() if value == (case.ref, made.number)), None)
        return {
            "assessment": name,
            "completed_on": made.completed_on.isoformat() if made.completed_on else None,
            "parents": case.sharing_status(made.number, With.PARENTS).value,
            "child": case.sharing_status(made.number, With.CHILD).value,
            "form": _form(case, made),
            "medical_file": _medical_file(case, made),
        }

    def _digest(self, digest: Digest) -> dict[str, Any]:
        told = {"week": digest.week, "counts": digest.counts, "lists": self._lists(digest.lists)}
        told |= {"sessions": digest.sessions, "inquiries": [self._plain(ref) for ref in digest.inquiries]}
        return told | {"referrers": [self._plain(ref) for ref in digest.referrers]}

    def _lists(self, lists: dict[str, list[str]]) -> dict[str, list[str]]:
        return {name: [self._plain(ref) for ref in refs] for name, refs in lists.items()}

    def _entry(self, entry: AgendaEntry) -> dict[str, Any]:
        told: dict[str, Any] = {"section": entry.section.value} | self._name(entry.ref)
        return told | {"tags": list(entry.tags), "carried": entry.carried}

    def _plain(self, ref: str) -> str:
        return str(next(iter(self._name(ref).values())))

    def _name(self, ref: str) -> dict[str, Any]:
        """`{"case": "A"}`, `{"inquiry": "Q"}` or `{"feedback": "F"}`."""
        for kind in ("case", "inquiry", "feedback"):
            for name, known in getattr(self._names, kind).items():
                if known == ref:
                    return {kind: name}
        return {"ref": ref}


def viewer_of(show: Show) -> str | None:
    """Who asks, None for the bot itself."""
    return str(show.fields["by"]) if show.fields.get("by") is not None else None


def _loaded(tx: Tx, ref: str) -> Case:
    case = cases.get(tx, ref)
    if case is None:
        raise LookupError(ref)
    return case


def _to_tell(case: Case, asked: list[Obligation]) -> list[Obligation]:
    """What is asked in the latest episode, and what is still open from earlier ones."""
    latest = case.latest.number if case.latest else None
    return [each for each in asked if each.standing is ObligationStatus.OPEN or each.episode in (None, latest) or latest is None]


def _ordered(asked: list[Obligation]) -> list[Obligation]:
    return sorted(asked, key=lambda each: (_RULE_ORDER[each.rule], each.of or 0, each.subject))


def _form(case: Case, made: Assessment) -> str | None:
    """What became of the satisfaction form; not applicable where no copy goes out, because it is not shared with the parents."""
    if made.form is not None:
        return made.form.value
    exempt = case.sharing_status(made.number, With.PARENTS) is SharingStatus.EXEMPT
    return SatisfactionForm.NOT_APPLICABLE.value if exempt else None


def _medical_file(case: Case, made: Assessment) -> str | None:
    """The status of our assessment on the medical file; None where nothing is asked."""
    wanted = wanted_on_file(made)
    if not wanted:
        return None
    if MedicalFileKind.ASSESSMENT not in wanted:
        return ItemStatus.NOT_NEEDED.value
    noted = case.medical_file_item(made.number, MedicalFileKind.ASSESSMENT)
    return noted.status.value if noted else ItemStatus.OUTSTANDING.value
