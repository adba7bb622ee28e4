"""How the administrator's side looks: status, audit log, settings, holds, disposal, subject access."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ConfirmObject, MarkdownTextObject, PlainTextObject

from bot.domain.admin.retention import EVERYTHING, TeamSettings
from bot.domain.shared.calendar import say_date, say_moment
from bot.services.admin.retention import DisposalDue
from bot.services.admin.status import BotStatus, LogPage
from bot.services.admin.subject_access import Holding
from handlers.ui.blocks import Message, button, buttons, clip, header, paragraphs, section, small, words_of_people
from handlers.ui.button_state import ButtonState
from storage.settings.team import Hold

_LISTED = 20
_LINE = 200


def status(found: BotStatus, now: datetime, files_itself: bool, beat: datetime | None = None) -> Message:
    """Numbers, troubles first where there are any; `beat` is when the heart of the process that answers last beat."""
    staff = ", ".join(f"{role}: {number}" for role, number in sorted(found.people.items())) or "nobody yet"
    waited = f"; the oldest since {say_moment(found.oldest)}" if found.oldest else ""
    lines = [
        f"*People*: {staff}",
        f"*Direct messages*: {found.letters.waiting:,} to be sent{waited}",
        f"*Within a day*: {found.letters.sent:,} sent, {found.letters.rerouted:,} re-routed; failed {found.letters.failed:,}",
        f"*Last check*: {say_moment(beat) if beat else 'not yet'}",
        f"*Audit log*: {found.log_entries:,} entries, head `{found.log_head}`; `oob verify` checks the chain",
        f"*Encryption key*: `{found.key_id}`",
        f"*Legal holds*: {found.holds}",
        f"*Disposed of so far*: {found.disposed:,}",
    ]
    if files_itself:
        lines.append(f"*Shared Directory*: {found.register_waiting:,} to be written")
    else:
        lines.append("*Shared Directory*: not set (OOB_SHARED_DIRECTORY); people note the folder themselves")
    troubles = [
        f"{number:,} direct {'message' if number == 1 else 'messages'} could not be sent: {problem}"
        for problem, number in sorted(found.troubles.items())
    ]
    if found.unreachable:
        who = ", ".join(f"<@{user_id}>" for user_id in found.unreachable[:_LISTED])
        troubles.insert(0, f"Slack takes no messages for {who}; their letters go to their manager, where they have one")
    if found.unassigned:
        named = ", ".join(found.unassigned[:_LISTED])
        troubles.insert(0, f"Nobody is responsible for {len(found.unassigned):,} open cases: {named}. Please name a manager.")
    if found.register_problem:
        troubles.append(f"shared Directory: {found.register_problem}")
    blocks: list[Block] = [header("OOB: status"), *(section(f":warning: {trouble}") for trouble in troubles[:10])]
    return Message("OOB: status", (*blocks, *(section(line) for line in lines), small(say_moment(now))))


def log(found: LogPage, draft_id: str) -> Message:
    """Entries of the audit log in a line each, the newest first."""
    if not found.entries:
        return Message.plain("The audit log has no such entry. Try `/oob admin log`, `… log INQ-2026-0001` or `… log @person`.")
    blocks: list[Block] = [header("Audit log")]
    for entry in found.entries:
        who = entry.actor if entry.actor == "system" else f"<@{entry.actor}>"
        line = f"{entry.seq:,} · {say_moment(entry.at)} · {who} · {entry.action}"
        blocks += [section(line), small(f"`{clip(entry.subject, _LINE)}`")]
    turns = []
    if found.number > 0:
        turns.append(button("Newer", "log.newer", ButtonState(id=draft_id, n=found.number - 1), spoken="Newer log entries"))
    if found.more:
        turns.append(button("Older", "log.older", ButtonState(id=draft_id, n=found.number + 1), spoken="Older log entries"))
    return Message("OOB: audit log", (*blocks, buttons("turn", *turns)) if turns else tuple(blocks))


def settings(team: TeamSettings, changed: str | None = None) -> Message:
    """Each setting with its value, its meaning and how to change it."""
    lines = []
    for name, about in TeamSettings.model_fields.items():
        value, default = getattr(team, name), about.default
        usual = "" if value == default else f" (usually {default})"
        lines.append(f"`{name}` is *{value}*{usual}: {about.description}")
    said = f"Saved: `{changed}`." if changed else "What your team has set:"
    return Message(
        "OOB: settings", (section(said), *map(section, lines), small("Change one with `/oob admin settings NAME NUMBER`."))
    )


def holds(found: Sequence[Hold]) -> Message:
    """Every legal hold."""
    if not found:
        return Message.plain("Nothing is held. `/oob admin hold INQ-2026-0001 why` holds an entry, `… hold all why` everything.")
    blocks: list[Block] = [header("Legal holds")]
    for hold in found[:_LISTED]:
        blocks += [
            section(f"{_named(hold.subject)}, by <@{hold.set_by}>, {say_moment(hold.set_at)}"),
            words_of_people(hold.reason),
        ]
    if len(found) > _LISTED:
        blocks.append(small(f"and {len(found) - _LISTED:,} more"))
    return Message("OOB: legal holds", (*blocks, small("`/oob admin hold INQ-2026-0001 off` ends one.")))


def held(hold: Hold, covered: int) -> Message:
    """A hold that was set, and how much it covers."""
    entries = {0: "Nothing is on file under it today", 1: "It covers 1 entry"}.get(covered, f"It covers {covered:,} entries")
    until = "no text is erased and nothing disposed of until you end the hold"
    return Message.plain(f"{_named(hold.subject)} is held: {until}. {entries}.")


def released(subject: str) -> Message:
    """A hold that was ended."""
    return Message.plain(
        f"The hold on {_named(subject)} has ended. Texts that are due, and that no other hold covers, are erased within the hour."
    )


def subject_access(holding: Holding) -> Message:
    """The two files are on their way."""
    return Message(
        "OOB: subject access.",
        (
            section(
                f"What OOB holds about *{holding.about}* (entries: {len(holding.records)}, lines of the log: {len(holding.log)}) "
                "comes to you in our direct messages as two files: JSON, and a document to read."
            ),
            section("Read the lines marked *third party* before anything is handed over, and then delete the files from Slack."),
        ),
    )


def disposal(due: Sequence[DisposalDue], draft_id: str | None) -> Message:
    """What has been kept long enough; the button only for who may approve."""
    if not due:
        return Message.plain("Nothing is due for disposal today.")
    kept = "This entry has" if len(due) == 1 else f"These {len(due):,} entries have"
    lines = [f"*{entry.ref}* · {entry.kind} · {say_date(entry.day)}" for entry in due]
    blocks: list[Block] = [header("Due for disposal"), section(f"{kept} been kept for as long as the team's settings say.")]
    blocks += paragraphs(lines)
    blocks.append(small("The oldest come first; when they are gone, `/oob disposal` lists the next."))
    if draft_id is None:
        blocks.append(small("A manager approves it with `/oob disposal`."))
        return Message(f"OOB: {len(due):,} due for disposal.", tuple(blocks))
    approve = button(
        "Delete them for good",
        "disposal.approve",
        ButtonState(id=draft_id),
        style="danger",
        spoken="Approve the disposal of this list",
    )
    approve.confirm = ConfirmObject(
        title=PlainTextObject(text="Delete them for good?"),
        text=MarkdownTextObject(text="What is listed here cannot be brought back; only how many there were stays."),
        confirm=PlainTextObject(text="Delete"),
        deny=PlainTextObject(text="Keep"),
    )
    return Message(f"OOB: {len(due):,} due for disposal.", (*blocks, buttons("approve", approve)))


def disposed(number: int) -> Message:
    """What was deleted."""
    entries = "1 entry was" if number == 1 else f"{number:,} entries were"
    return Message.plain(f"{entries} deleted for good, with your approval. How many there were stays, and the audit log.")


def disposal_due() -> Message:
    """The letter to managers: a list waits."""
    return Message.plain(
        "Some entries have been kept long enough. `/oob disposal` lists them; nothing goes without your approval."
    )


def _named(subject: str) -> str:
    return "*Everything*" if subject == EVERYTHING else f"*{subject}*"
