"""What a line of text says by itself: an inquiry, feedback, or work on a case (docs/domain.md §7.2). Pure.

Enough to log it at once; what it does not say is filled in later, and what may mean two things is asked about first.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bot.domain.cases.codes import ActivityKind
from bot.domain.feedback.feedback import FeedbackFacts, Mode, Target
from bot.domain.inquiries.inquiry import AskedBy, InquiryFacts, Result
from bot.domain.reading.days import RELATIVE, WEEKDAY
from bot.domain.reading.lines import READ, line_day
from bot.domain.shared import authorities
from bot.domain.shared.references import Ref


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


_ASKERS: tuple[tuple[AskedBy, re.Pattern[str]], ...] = (
    (AskedBy.CCDS, _words("ccds", "cheyne")),
    (
        AskedBy.WARD_STAFF,
        _words("ward", "nurses?", "midwi(?:fe|ves)", "matron", "consultant", "registrar", "a&e", "nicu", "picu"),
    ),
    (AskedBy.SCHOOL, _words("school", "teachers?", "senco")),
    (AskedBy.POLICE, _words("police")),
    (AskedBy.OTHER, _words("gp", "health visitor", "hv")),
)
_URGENT = re.compile(
    r"[\s\W]*(?:urgent(?:ly)?\b(?!\s+(?:surgery|op\b|appointment|appt|care|bloods?|scan))"
    r"|.*\b(?:v(?:ery)?|so|really)\s+urgent\b|.*\burgent\s*(?:pls|please)|.*\burgent\W*$)",
    re.IGNORECASE | re.DOTALL,
)
_NOT_URGENT = _words("not urgent", "non-?\\s?urgent", "isn'?t urgent", "no rush", "no urgency")
_MAYBE_URGENT = re.compile(r"\s*\?\s*urgent\b", re.IGNORECASE)
_NOT_THEN = re.compile(
    r"\b(?:admitted|adm|transferred|tx|came|brought|born|moved|fell|presented|injured|burn(?:t|ed)|scalded|collapsed"
    r"|arrived|attended|seen"
    r"|referred|discharged|died|overdosed?)\b",
    re.IGNORECASE,
)
"""What happened to the child then, not when somebody asked."""
_RESULTS: tuple[tuple[Result, re.Pattern[str]], ...] = (
    (
        Result.REFUSED,
        _words("(?:won'?t|will not|refus(?:e|es|ed) to|not (?:able|allowed) to|can'?t|cannot) (?:tell|share|say|disclose|give)"),
    ),
    (
        Result.NOT_KNOWN,
        re.compile(
            r"\b(?<!if )(?<!whether )(?:not known|no trace|no record|nothing known|unknown)\b(?!\s+(?:if|whether|whereabouts))",
            re.IGNORECASE,
        ),
    ),
    (
        Result.KNOWN_CLOSED,
        _words(
            r"closed to\b",
            r"known[^.;?]{0,30}\bclosed",
            r"closed (?:in|since|last|\d)",
            r"they closed",
            r"case closed",
            r"prev(?:iously)? known[^?]*nfa'?d?",
        ),
    ),
    (
        Result.KNOWN_OPEN,
        _words(
            r"open (?:to|case with|cin|cp|cla|lac)",
            r"known[^.;?]{0,30}\bopen",
            r"on (?:a )?c[ip]n? plan",
            r"on a (?:child|cp|cin)[\w ]* plan",
        ),
    ),
)
_ASKS = re.compile(
    r"\b(?:ask(?:s|ing)?|check|find out|know|query|unsure|want)\b[^.;]*\b(?:if|whether)\b[^.;]*\b(?:known|open"
    r"|closed)\b|\bdo(?:n'?t| not) know\b"
    r"|\?\s*known|known\s*\?|known[^.;]{0,30}\?|\b(?:open|closed)\s*\?|anyone know|known there|known to (?:either"
    r"|anyone)|need to know",
    re.IGNORECASE,
)
_OWN_SYSTEM = re.compile(r"\bnot (?:known )?on (?:our|the) (?:own )?system\b", re.IGNORECASE)


class InquiryLine(NamedTuple):
    """An inquiry as a line tells it. `places`: authorities to choose from where it names several; `offered`: other days.

    `doubtful`: it may be urgent ("?urgent"), and is asked about.
    """

    facts: InquiryFacts
    places: tuple[str, ...] = ()
    offered: tuple[date, ...] = ()
    doubtful: bool = False
    problem: str | None = None


def inquiry(text: str, today: date) -> InquiryFacts:
    """Return the facts of an inquiry that a line of text says by itself."""
    return read_inquiry(text, today).facts


def read_inquiry(text: str, today: date, own: str | None = None) -> InquiryLine:
    """Read who asked, when, of which authority, whether it is urgent, and the answer where the line holds one.

    Several authorities are offered as a choice. The home authority is taken to be the one asked, unless that is our own
    (`own`). What it does not say stays missing. Refused: `weekday_wrong`.
    """
    when, head = line_day(text, today, _NOT_THEN), text[:READ]
    askers = [role for role, pattern in _ASKERS if pattern.search(head)]
    places = authorities.mentioned(head)
    place = places[0] if len(places) == 1 else None
    result = _result(head)
    facts = InquiryFacts(
        asked_by_role=askers[0] if len(askers) == 1 else None,
        asked_on=when.day,
        authority_asked=place,
        home_authority=place if place != own else None,
        urgent=bool(_URGENT.match(head)) and not _NOT_URGENT.search(head) and not _MAYBE_URGENT.match(head),
        result=result,
        answered_on=when.day if result is not Result.AWAITING else None,
        note=text,
    )
    return InquiryLine(
        facts, tuple(places) if len(places) > 1 else (), when.offered, bool(_MAYBE_URGENT.match(text)), when.problem
    )


def _result(text: str) -> Result:
    """The answer in a line, where it holds one: "Ealing say not known", "closed to Brent"; awaiting where it asks."""
    plain = _OWN_SYSTEM.sub(" ", text.replace("\u2019", "'"))
    if _ASKS.search(plain):
        return Result.AWAITING
    return next((result for result, pattern in _RESULTS if pattern.search(plain)), Result.AWAITING)


_MEETING = _words("mdt", r"multi-?\s?disciplinary", "psychosocial", "ward round", "discharge planning", "meeting", "mtg")
_REFERRER = _words("referrer", r"referring\s+(?:professional|doctor|nurse|consultant|team)")
_PROFESSIONS = (
    "consultant paediatrician|consultant|paediatrician|registrar|ward sister|charge nurse|staff nurse|specialist nurse"
    "|school nurse|community nurse|safeguarding nurse|midwife|matron|nurse|ward manager|health visitor|GP|psychologist"
    "|psychiatrist|physiotherapist|occupational therapist|dietitian|speech and language therapist|play specialist"
    "|social worker|teacher|SENCO|named doctor|doctor"
)
_PROFESSION = _words(_PROFESSIONS)
_BY_MAIL = _words("e-?mailed", "(?:by )?e-?mail")
_BY_LETTER = _words("wrote to", "letter")


class FeedbackLine(NamedTuple):
    """Feedback as a line tells it; `offered`: other days that it names. `doubtful`: its day may be another one."""

    facts: FeedbackFacts
    offered: tuple[date, ...] = ()
    doubtful: bool = False
    problem: str | None = None


def read_feedback(about: Ref, text: str, today: date) -> FeedbackLine:
    """Read when feedback was given, to the meeting, referrer or profession it names, and how.

    What it does not say is today, to an individual professional whose role is missing, and verbally (§7).
    """
    when = line_day(text, today, _NOT_THEN)
    head = when.words[:READ]
    profession = _PROFESSION.search(head)
    target = Target.INDIVIDUAL_PROFESSIONAL
    if _REFERRER.search(head):
        target = Target.REFERRER
    elif _MEETING.search(head):
        target = Target.MDT_MEETING
    mode = Mode.EMAIL if _BY_MAIL.search(head) else Mode.LETTER_COPY if _BY_LETTER.search(head) else Mode.VERBAL
    facts = FeedbackFacts(
        about=about.text,
        target=target,
        target_role=profession.group() if profession else None,
        given_on=when.day,
        mode=mode,
        summary=when.words or None,
    )
    return FeedbackLine(facts, when.offered, when.doubtful, when.problem)


class Ask(StrEnum):
    """Why a line about work is not logged at once: what the form says, filled in with the words."""

    AHEAD = "ahead"
    ATTEMPTED = "attempted"
    DAY = "day"


class Done(NamedTuple):
    """Work on a case as a line tells it; the words stay as its note. `ask`: why it is asked about first."""

    kind: ActivityKind
    occurred_on: date
    seen_child: bool | None
    seen_alone: bool | None
    note: str | None
    offered: tuple[date, ...] = ()
    ask: Ask | None = None
    problem: str | None = None


_FAMILY = (
    "mothers?|fathers?|mums?|mam|dads?|stepdad|stepmum|parents?|family|families|carers?|grandmothers?|grandfathers?"
    "|grand(?:ma|dad|parents?)"
    "|grans?|nans?|nanny|aunt(?:y|ie)?|uncle|sibs?|siblings?|sisters? of|brother|foster carers?"
)
_CHILDREN = "child(?:ren)?|baby|babies|boy|girl|twins?|toddler|young person|yp|teen(?:ager)?"
_PLACES = (
    "home visit",
    "visit(?:ed|s|ing)?",
    "h/?v done",
    r"went (?:round|to (?:see|the home))",
    r"(?<![\w/])hv (?:done|today|with|w/?|completed|yest|mon|tues|wed|thurs|fri)",
)
_MEETS = "saw|seen|sat (?:down )?with|sat w/?|met|introduced myself"
_OTHER_PROFESSIONALS = (
    "duty|edt|mash|csc|sw|social work(?:er|ers)?|key ?worker|worker|housing|officer|police|school|nursery|teacher|senco|gp|hv"
    "|health visitor|ward (?:mgr|manager|clerk|sister|staff)|sister on|nurse|reg|registrar|cons|consultant|paed|cns|camhs"
    "|midwife|ot|physio|salt|dietitian|specialist|advocate|solicitor|cafcass|interpreter service|discharge coordinator|matron"
    "|doctor|dr|psych(?:ologist|iatrist)?"
)
_WORK: tuple[tuple[ActivityKind, re.Pattern[str]], ...] = (
    (
        ActivityKind.CONTACT_PROFESSIONAL,
        re.compile(
            rf"\b(?:{_FAMILY})'?s (?:{_OTHER_PROFESSIONALS})\b"
            r"|\b(?:hv|health visitor|gp|sw|nurse|duty) (?:rang|phoned|called|emailed)\b",
            re.IGNORECASE,
        ),
    ),
    (ActivityKind.VISIT, _words(*_PLACES)),
    (ActivityKind.ARRANGE_SERVICES, re.compile(r"\b(?:booked|arranged|arranging)\b|^\W*(?:foodbank|transport)", re.IGNORECASE)),
    (
        ActivityKind.MEETING,
        _words("meeting", "mtg", "mdt", "conference", "ward round", "strat(?:egy)? (?:discussion|mtg|meeting)", "psychosocial"),
    ),
    (ActivityKind.VISIT, re.compile(rf"(?<!not )\b(?:{_MEETS})\b(?![^.;,]*\b(?:{_OTHER_PROFESSIONALS})\b)", re.IGNORECASE)),
    (
        ActivityKind.BENEFITS_APPLICATION,
        re.compile(
            r"(?<!wants )\b(?:benefits?|dla|disability living allowance|carer'?s allowance|uc claim|universal credit"
            r"|family fund)\b",
            re.IGNORECASE,
        ),
    ),
    (
        ActivityKind.ARRANGE_SERVICES,
        _words("arranged?", "arranging", "set up", "booked", "referral to", "referred to", "voucher", "transport", "foodbank"),
    ),
    (ActivityKind.LETTER, _words("letter", "wrote", "posted")),
    (ActivityKind.CONTACT_FAMILY, _words(_FAMILY)),
    (
        ActivityKind.CONTACT_PROFESSIONAL,
        re.compile(rf"{_PROFESSION.pattern}|\b(?:ward|{_OTHER_PROFESSIONALS})\b", re.IGNORECASE),
    ),
)
_NOT_SEEN = re.compile(r"\b(?:not|never) (?:see|seen|saw)\b|n't (?:see|seen)\b|\bno access\b", re.IGNORECASE)
_CHILD_SEEN = re.compile(
    rf"\b(?:saw|seen|met) (?:the )?(?:{_CHILDREN})\b|\b(?:{_CHILDREN}) (?:was )?seen\b|\bsaw mum and (?:{_CHILDREN})\b",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\b(?:seen|saw)\b[^.;]*\b(?:alone|on (?:his|her|their) own)\b", re.IGNORECASE)

_ATTEMPTED = re.compile(
    r"\b(?:cancel?led|dna'?d?|did(?:n'?t| not) (?:attend|come|turn up|show|answer|arrive|open)|no[ -]?shows?|not (?:in"
    r"|at home|home|there|available)"
    r"|(?:nobody|no ?one|no-one|noone) (?:was )?(?:in|home|there|at home|answered|came)|no (?:answer|reply|response"
    r"|access)|not? answer(?:ed|ing)?"
    r"|re-?arranged|re-?scheduled|postponed|(?:was|were)(?:n'?t| not) (?:in|at home|home|there|brought|available)"
    r"|was not brought|wnb"
    r"|voice ?mail|answer ?phone|rang out|unable to (?:reach|contact|get hold|see|speak)|could(?:n'?t| not) (?:reach"
    r"|contact|get hold|see|get in)"
    r"|refused (?:entry|access|to (?:see|meet|open|speak|talk|let))|declined (?:to (?:see|meet|speak|talk|attend)"
    r"|(?:the |my |our )?(?:visit|appointment|appt|contact|call|meeting))"
    r"|turned (?:me |us )?away|missed (?:the |their |her |his )?(?:appointment|appt|visit|meeting|call)|out when (?:i"
    r"|we)|not in when|stood (?:me|us) up)\b"
    r"|\bdeclined\W*$|\b(?:mum|dad|family|parents?|carer|mother|father) declined\b(?!\s+(?:early|help|support|referral"
    r"|services?|a |an |any|the offer))",
    re.IGNORECASE,
)
_TOOK_PLACE = re.compile(
    r"\b(?:went ahead|but (?:then )?(?:got|saw|spoke|seen|met|rang back|came)|(?:got|caught"
    r"|reached) (?:hold of )?(?:mum|dad|mother|father|family|parents?|nan|gran)"
    r"|did (?:come|attend|see|turn up|answer)|after cancell?ing|(?:was|were)(?:n'?t| not) cancel?led|not cancel?led"
    r"|no longer declin\w*|rang (?:me )?back later"
    r"|later (?:saw|spoke|rang)|then (?:saw|spoke|met|got))\b",
    re.IGNORECASE,
)
_TALKED = re.compile(
    r"\b(?:spoke|spoken|talked|discussed|chat(?:ted)?|explained|met|saw|seen|(?:mum|dad|parents?) (?:rang|phoned|called))\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\b(?:re|regarding|about|because|why|that|as (?:she|he|they|mum|dad)|discussed|explained|talked (?:through|about"
    r"|over)|went (?:through|over)|apologised for|reason for)\b",
    re.IGNORECASE,
)
"""What follows is what was talked about, not what was done."""

_AHEAD_WORDS = (
    r"(?:will|shall|going to|gonna|plan(?:s|ned|ning)?\s+(?:to|for)|due to|need(?:s)? to|want(?:s)? to|to (?:see|visit"
    r"|ring|meet|call|chase|phone|attend|speak|be seen)"
    r"|hope to|intend to|next (?:week|wk|month|(?:mon|tue|wed|thu|fri|sat|sun)\w*)|tomorrow|tmrw|tmw|appointment (?:on|for))"
)
_AHEAD = re.compile(rf"\b{_AHEAD_WORDS}\b", re.IGNORECASE)
_BEGINS_AHEAD = re.compile(rf"\s*(?:i\s+|we\s+)?(?:am\s+|are\s+)?{_AHEAD_WORDS}\b", re.IGNORECASE)
_PAST = re.compile(
    rf"\b(?:{_MEETS}|rang|phoned|called|texted|spoke|spoken|talked|discussed|visited|wrote|sent|emailed|attended"
    rf"|confirmed|told|booked|arranged|posted|went|"
    r"informed|completed|done|gave|given|updated|tc|t/c|reports?|left|cancel?led|dna)\b",
    re.IGNORECASE,
)
_BOOKED = re.compile(
    rf"\s*(?:\w+ )?(?:h/?v|visit|home visit|mtg|meeting|appt|appointment)\s+(?:is\s+)?(?:booked|planned|due|scheduled)\b[^.;]*"
    rf"\b(?:{RELATIVE}|{WEEKDAY}|\d{{1,2}}/\d{{1,2}})",
    re.IGNORECASE,
)
_VISIT_THEN = re.compile(
    rf"\s*(?:to\s+)?(?:visit|see|ring|meet|call|phone)\s+(?:\w+\s+){{1,3}}(?:on\s+)?{WEEKDAY}\W*$", re.IGNORECASE
)


def contact(text: str, today: date) -> Done:
    """Read work from a line: its day, its kind, whether the child was seen. Other work when it does not say.

    `ask` says why it is better asked about: it is still to come, it did not take place, or its day may be another one.
    Refused: `weekday_wrong`.
    """
    when = line_day(text, today)
    words = (when.words or text)[:READ]
    attempted = did_not_happen(words)
    kind = ActivityKind.ATTEMPTED if attempted else _kind(words)
    refused = bool(_NOT_SEEN.search(words))
    alone = bool(_ALONE.search(words)) and not refused
    seen = not attempted and (alone or (bool(_CHILD_SEEN.search(words)) and not refused))
    ask = None
    if attempted:
        ask = Ask.ATTEMPTED
    elif is_ahead(text):
        ask = Ask.AHEAD
    elif when.doubtful or _VISIT_THEN.match(text):
        ask = Ask.DAY
    return Done(
        kind=kind,
        occurred_on=when.day,
        seen_child=True if seen else False if refused and not attempted else None,
        seen_alone=True if alone and seen else None,
        note=when.words or None,
        offered=when.offered,
        ask=ask,
        problem=when.problem,
    )


def _kind(words: str) -> ActivityKind:
    """The kind of work, by what was done first and then by what it was about."""
    subject = _SUBJECT.search(words)
    main = words[: subject.start()] if subject and subject.start() else words
    for part in (main, words):
        for kind, pattern in _WORK:
            if pattern.search(part):
                return kind
    return ActivityKind.OTHER


def did_not_happen(words: str) -> bool:
    """Return whether a line tells of what did not take place: nobody in, no answer, cancelled, "DNA"."""
    plain = words[:READ].replace("\u2019", "'")
    if _TOOK_PLACE.search(plain):
        return False
    subject = _SUBJECT.search(plain)
    main = plain[: subject.start()] if subject and subject.start() else plain if subject is None else ""
    found = _ATTEMPTED.search(main)
    if found is None:
        return False
    talked = _TALKED.search(main[: found.start()])
    return talked is None or bool(
        re.search(r"\b(?:no (?:answer|reply|access)|not in|nobody|voice ?mail)\b", found[0], re.IGNORECASE)
    )


def is_ahead(text: str) -> bool:
    """Return whether a line reads as work still to come, which is not logged as done."""
    text = text[:READ]
    if _VISIT_THEN.match(text):
        return False
    if _BEGINS_AHEAD.match(text) or _BOOKED.match(text):
        return True
    return not _PAST.search(text) and bool(
        _AHEAD.search(text) or (_BOOKED.search(text) and re.search(r"\bbooked|planned|due|next\b", text))
    )
