"""The verbs of `/oob`: one table for parser, suggestions, help and manifest, in the order in which help shows them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people import COMMISSIONERS, EVERYONE, LOGGERS, MANAGERS, READERS, RECORDERS, Role


@dataclass(frozen=True)
class Verb:
    """One thing that `/oob` does."""

    name: str
    usage: str
    summary: str
    roles: frozenset[Role]
    aliases: tuple[str, ...] = ()
    section: str = ""
    example: str = ""
    group: str = "Everything else"


VERBS: tuple[Verb, ...] = (
    Verb(
        "inquiry",
        "/oob inquiry [what was asked]",
        "Log a question about whether a family is known. With text it is logged at once; without, a form opens.",
        LOGGERS,
        ("enquiry", "inq", "log", "ask"),
        "§2",
        "/oob inquiry Ward staff ask whether the family on bay 3 is known to Ealing",
        group="Every day",
    ),
    Verb(
        "refer",
        "/oob refer [ICS reference or OOB-…]",
        "Activate a referral: to see the family, and to carry out some significant activity. Two short forms.",
        RECORDERS,
        ("open", "referral", "activate"),
        "§2",
        "/oob refer ICS-12345",
        group="Every day",
    ),
    Verb(
        "contact",
        "/oob contact OOB-… [what was done]",
        "Log a visit, contact or other work. With text it is logged at once; without, a form opens.",
        RECORDERS,
        ("visit", "visited", "activity", "saw"),
        "§6",
        "/oob contact OOB-2026-0001 yesterday visit, saw the child alone",
        group="Every day",
    ),
    Verb(
        "feedback",
        "/oob feedback [OOB-…, INQ-… or ICS reference] [what was said]",
        "Note feedback to a meeting, a professional or the referrer. Alone, it lists what is not yet on ICS.",
        LOGGERS,
        ("fb", "told"),
        "§7",
        "/oob feedback INQ-2026-0001 yesterday told the ward sister that the family is known",
        group="Every day",
    ),
    Verb(
        "case",
        "/oob case OOB-…",
        "One case on a card, by our reference or the one of ICS: its clocks, what is outstanding, the next steps.",
        READERS,
        ("show", "card", "look", "correct", "waive", "route", "details", "timeline", "authorise"),
        example="/oob case OOB-2026-0001",
        group="Every day",
    ),
    Verb(
        "due",
        "/oob due [mine or team]",
        "What is due, by date, with the section that asks it.",
        RECORDERS,
        ("deadlines", "overdue", "remind", "reminder", "reminders"),
        group="Every day",
    ),
    Verb(
        "digest",
        "/oob digest preview",
        "Your weekly digest as it would be sent now: this week against last, thresholds, decisions, drift.",
        MANAGERS,
        ("weekly", "summary"),
        group="Every day",
    ),
    Verb(
        "mine",
        "/oob mine",
        "What is waiting for you, and the cases you hold; `/oob` alone shows the same.",
        READERS | {Role.AUDITOR},
        ("waiting", "todo", "cases"),
        group="Every day",
    ),
    Verb(
        "inquiries",
        "/oob inquiries [words, borough, days or INQ-…]",
        "Find the team's inquiries: `Ealing since 1 Nov`, `last week`, `INQ-2026-0001`, a word of the note.",
        READERS,
        ("enquiries", "find", "search", "list"),
        "§2",
        "/oob inquiries Ealing since 1 Nov",
        group="Inquiries",
    ),
    Verb(
        "answer",
        "/oob answer INQ-…",
        "Record what the authority answered, and what came of it.",
        LOGGERS,
        ("answered", "result"),
        "§2",
        group="Inquiries",
    ),
    Verb(
        "convert",
        "/oob convert INQ-…",
        "Turn an inquiry into a referral; the link is kept.",
        RECORDERS,
        (),
        "§2",
        group="Inquiries",
    ),
    Verb(
        "recorded",
        "/oob recorded [FB-… INQ-…]",
        "Say what is on ICS now, one or several; alone, a form with the texts to copy.",
        LOGGERS,
        ("ics", "record"),
        "§7",
        "/oob recorded FB-2026-0001 FB-2026-0002",
        group="Inquiries",
    ),
    Verb(
        "void",
        "/oob void INQ-… why",
        "Void an inquiry that should not have been logged. It stays on file, with the reason, and counts nowhere. "
        "A referral is taken back on the card of its case.",
        MANAGERS,
        ("cancel",),
        group="Inquiries",
    ),
    Verb(
        "assess",
        "/oob assess OOB-…",
        "Start an assessment; while one is under way, ask a manager to authorise its completion.",
        RECORDERS,
        ("assessment", "core"),
        "§3",
        group="Assessments (§3, §5)",
    ),
    Verb(
        "share",
        "/oob share OOB-…",
        "Note with whom an assessment was shared, ask that it is not, or that a copy went out (§8).",
        RECORDERS,
        ("shared", "copy"),
        "§3",
        group="Assessments (§3, §5)",
    ),
    Verb(
        "review",
        "/oob review OOB-…",
        "Record a review of a core assessment; a manager authorises it.",
        RECORDERS,
        ("reviewed",),
        "§3",
        group="Assessments (§3, §5)",
    ),
    Verb(
        "file",
        "/oob file OOB-…",
        "Note what was placed on the medical file.",
        RECORDERS,
        ("medical",),
        "§3, §7",
        group="Assessments (§3, §5)",
    ),
    Verb(
        "chronology",
        "/oob chronology OOB-…",
        "Note a chronology, of the hospital or the home authority's.",
        RECORDERS,
        (),
        "§5",
        group="Assessments (§3, §5)",
    ),
    Verb(
        "agenda",
        "/oob agenda [@worker]",
        "A supervision agenda: what awaits an open or close decision comes first. A manager alone gets the team.",
        RECORDERS,
        ("decisions",),
        "§6",
        group="Open and close (§6)",
    ),
    Verb(
        "supervise",
        "/oob supervise @worker [day and time]",
        "Begin supervision with a worker, or book it: decide together, then finalise the minute.",
        MANAGERS,
        ("supervision", "session", "minute", "minutes"),
        "§6",
        "/oob supervise @dana 2 Feb 10:00",
        group="Open and close (§6)",
    ),
    Verb(
        "propose",
        "/oob propose OOB-… [close, keep or defer, and why]",
        "Propose for the next supervision; the social worker and the manager decide.",
        RECORDERS,
        ("close", "closing"),
        "§6",
        "/oob propose OOB-2026-0001 close work completed",
        group="Open and close (§6)",
    ),
    Verb(
        "reopen",
        "/oob reopen OOB-…",
        "Open a closed case again at once; it is ratified in supervision.",
        RECORDERS,
        (),
        "§6",
        group="Open and close (§6)",
    ),
    Verb(
        "reassign",
        "/oob reassign OOB-… [@worker]",
        "Give a case to somebody else; they are told which clocks run.",
        MANAGERS,
        ("allocate", "transfer", "handover"),
        group="Open and close (§6)",
    ),
    Verb(
        "why", "/oob why OOB-…", "Why something is asked of a case: the rule, the dates, the sentence of the guidelines.", READERS
    ),
    Verb(
        "rules", "/oob rules", "Every rule in words, with its section and its present setting.", READERS, ("rule", "guidelines")
    ),
    Verb(
        "report",
        "/oob report [referrals, rereferrals, consistency or workload] [period]",
        "The figures of a month, a week or between two days; this month unless you say otherwise.",
        MANAGERS,
        ("reports", "figures", "statistics", "stats"),
        example="/oob report referrals December 2026",
    ),
    Verb(
        "audit",
        "/oob audit [new, sample, next, finding or report] [AUD-…]",
        "Audits of new referrals. `new` plans one; `sample AUD-… 2026-W50 n=25 seed=a-word` draws a week's cases, once; "
        "`next` opens the form of the next case; `finding` lists findings, and with words raises one; `report` brings the "
        "files; `AUD-…` opens one.",
        COMMISSIONERS,
        ("audits", "sample"),
        example="/oob audit sample AUD-2026-0001 2026-W50 n=25 seed=first-audit-2026-W50",
    ),
    Verb(
        "disposal",
        "/oob disposal",
        "See which entries have been kept long enough, and approve that they are deleted.",
        MANAGERS,
        ("dispose", "retention"),
    ),
    Verb(
        "undo",
        "/oob undo [INQ-…, FB-… or OOB-…]",
        "Take back what you logged in the last 15 minutes: the newest, or the one you name.",
        LOGGERS,
        ("revert",),
    ),
    Verb(
        "help",
        "/oob help [command | privacy]",
        "How this works.",
        EVERYONE,
        ("hello", "hi", "usage", "commands"),
    ),
    Verb(
        "admin",
        "/oob admin roles [or status, log, settings, rules, export, hold, purge]",
        "Name people and their roles; status, audit log, settings, rules, subject access, legal holds.",
        frozenset({Role.ADMIN}),
        ("roles", "people", "status", "settings", "hold", "holds", "purge"),
    ),
)
