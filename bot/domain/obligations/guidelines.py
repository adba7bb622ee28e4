"""Each rule in words, with its section, its current setting, and the sentence of the guidelines behind it (G0, G3). Pure.

The sentences in quotation marks are the recording guidelines' own; the rest says how the bot reads them (docs/domain.md §1.4).
"""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.shared.calendar import say_date
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import RuleSet


class Sentence(NamedTuple):
    """A rule for people: its name and section, what it asks with the names of settings in braces, and what it rests on."""

    name: str
    section: str
    asks: str
    rests_on: str
    settings: tuple[str, ...] = ()

    @property
    def because(self) -> str:
        """The section, and the sentence behind it."""
        return f"{self.section}: {self.rests_on}"

    def now(self, rules: RuleSet) -> str:
        """What it asks with the present settings; a setting of 0 switches its prompt off."""
        values = {name: said_value(getattr(rules, name)) for name in self.settings}
        off = [name for name in self.settings if getattr(rules, name) == 0]
        said = self.asks.format(**values)
        return f"{said} Switched off: {', '.join(off)}." if off else said


def said_value(value: object) -> str:
    """A setting as people read it."""
    if value is None:
        return "not set"
    if isinstance(value, tuple):
        return " and ".join(str(each) for each in value)
    return say_date(value) if hasattr(value, "weekday") else str(value).replace("_", " ")  # type: ignore[arg-type]  # a day


SENTENCES = {
    "scope": Sentence(
        "Out of borough only",
        "§1",
        "A referral is for a child whose home authority is not our own.",
        "“ground rules about the recording of out of borough cases”.",
    ),
    "limbs": Sentence(
        "When a referral is activated",
        "§2",
        "Both are needed: to see the family, and to carry out some significant activity. Otherwise it is an inquiry.",
        "“when there is a need to see the family and carry out some significant activity around their needs”.",
    ),
    Rule.INQUIRY_ANSWER: Sentence(
        "Answer to an inquiry",
        "§2",
        "An answer is asked after {inquiry_working_days} working days, on the next one if urgent.",
        "“asked to make inquiries about whether a family is known to Family Services”. The guidelines give no "
        "time; this is the team's.",
        ("inquiry_working_days",),
    ),
    Rule.FIRST_RESPONSE: Sentence(
        "Urgent cases",
        "audit",
        "An urgent referral is answered by the end of working day {urgent_working_days} after the day it came in.",
        "the audit looked at whether “all urgent cases were addressed in good time”.",
        ("urgent_working_days",),
    ),
    Rule.THRESHOLD: Sentence(
        "Three-month threshold",
        "§4",
        "One-off and short-term work that goes on for more than {threshold_months} months needs a core assessment. "
        "You hear {threshold_advance_days} days before, on the day, and after it. "
        "A case that is opened again within {same_clock_days} days goes on with its clock.",
        "“If for some reason the work continues over a three-month period, then a core assessment should be completed.”",
        ("threshold_months", "threshold_advance_days", "same_clock_days"),
    ),
    Rule.SHORT_TERM_ENDS: Sentence(
        "End of short-term work",
        "§4",
        "The last day on which one-off and short-term work is offered: {short_term_last_day}.",
        "“We are aware that this option will not be available for much longer.”",
        ("short_term_last_day",),
    ),
    Rule.REVIEW: Sentence(
        "Six-monthly review",
        "§3",
        "A core assessment is reviewed every {review_months} months, counted from its completion or the last review. "
        "You hear {review_advance_days} and {review_early_days} days before, on the day, and after it.",
        "“Core Assessments should be carried out, and reviewed every six months”.",
        ("review_months", "review_advance_days", "review_early_days"),
    ),
    "core_missing": Sentence(
        "Core assessment on long-term work",
        "§3",
        "Long-term work has a core assessment; these kinds count as one: {core_kinds}.",
        "“When significant social work continues over a number of years with chronically ill children … Core Assessments should "
        "be carried out”.",
        ("core_kinds",),
    ),
    "ccds_assessment": Sentence(
        "Assessment at CCDS",
        "§3",
        "Work at CCDS that goes on for three months has an assessment.",
        "“the assessment system should be used as the work continues over a period of time”.",
    ),
    Rule.SHARING: Sentence(
        "Sharing",
        "§3",
        "Every assessment and review is shared with the parents and with the child. You are asked after {sharing_working_days} "
        "working days; a request not to share reaches the manager again after {exempt_working_days}.",
        "“All assessments to be shared with parents/children (unless agreed with the team manager)”.",
        ("sharing_working_days", "exempt_working_days"),
    ),
    Rule.MEDICAL_FILE: Sentence(
        "Medical file",
        "§3, §7",
        "An assessment that refers to another borough goes on the medical file, and so does the letter or form. "
        "You are asked after {medical_file_working_days} working days. "
        "A joint assessment with CAMHS after an overdose or self-harm is not attached.",
        "“Assessments, as referrals to other boroughs, to be put on medical/hospital files”; §7: “Referrals to other boroughs "
        "should be placed on medical file”.",
        ("medical_file_working_days",),
    ),
    Rule.CHRONOLOGY: Sentence(
        "Chronology",
        "§5",
        "After a core assessment ({chronology_required_for}) a chronology of either kind. "
        "You are asked after {chronology_working_days} working days.",
        "“if we have done a Core Assessment on a case, then a chronology should be completed”. The rule for all cases with an "
        "assessment is for those of our own borough, and is not used here.",
        ("chronology_required_for", "chronology_working_days"),
    ),
    "chronology_update": Sentence(
        "Chronology up to date",
        "§5",
        "A chronology of an earlier opening is looked at again.",
        "“a chronology of the history of the child within the hospital, and any other information gathered”.",
    ),
    Rule.DECISION: Sentence(
        "Open or close",
        "§6",
        "A case with nothing recorded for {dormant_days} days, a proposal, a day agreed, the three months, an awaited family, a "
        "reopening, a move into our borough or a review that recommends it: the case is on the agenda. Two people decide.",
        "“The decision to keep open or close should be made by the social worker and manager in supervision.”",
        ("dormant_days",),
    ),
    Rule.CLOSING_RECORDS: Sentence(
        "Records of a closing",
        "§6",
        "They are complete within {closing_records_working_days} working days.",
        "opening and closing of cases “demands more recording”.",
        ("closing_records_working_days",),
    ),
    Rule.DRIFT: Sentence(
        "Drift",
        "audit",
        "Nothing recorded for {drift_days} days while something is past its date.",
        "the audit asked whether cases were allowed to drift.",
        ("drift_days",),
    ),
    Rule.SUPERVISION: Sentence(
        "Supervision",
        "§6",
        "Every {session_days} days, every {nqsw_session_days} for newly qualified social workers.",
        "decisions are made in supervision; the guidelines give no time, this is the team's.",
        ("session_days", "nqsw_session_days"),
    ),
    Rule.FEEDBACK_ON_ICS: Sentence(
        "Feedback on ICS",
        "§7",
        "Verbal feedback is recorded on ICS by the end of the next working day.",
        "“Record verbal feedback to multidisciplinary meetings and to individual professionals on ICS”.",
    ),
    Rule.REFERRER_FEEDBACK: Sentence(
        "Feedback to the referrer",
        "§7",
        "The referring professional hears what became of the referral within {referrer_working_days} working days.",
        "the section is called “Feedback to the Referring Professional”.",
        ("referrer_working_days",),
    ),
    Rule.COPY_SENT: Sentence(
        "Satisfaction form",
        "§8",
        "A copy of an assessment or review goes out with the form; not for one-off and short-term work, "
        "unless in special circumstances.",
        "“Include the user satisfaction form when you send out a copy of the assessment or review”.",
    ),
}
"""In the order of the sections."""
