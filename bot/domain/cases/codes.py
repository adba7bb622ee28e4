"""The codes of cases, each with the words that people read (docs/domain.md §5, and the standard code sets of §2). Pure data."""

from __future__ import annotations

from bot.domain.shared.code import Code


class Channel(Code):
    """How a referral comes in, locally (docs/domain.md §5.1 Referral.channel)."""

    WARD_STAFF = "ward_staff"
    CCDS = "ccds", "CCDS"
    OTHER_HEALTH = "other_health", "other health"
    OTHER = "other", "somebody else"


class ReferralForm(Code):
    """Whether it was said or written (G7)."""

    VERBAL = "verbal"
    WRITTEN = "written"


class RecordingRoute(Code):
    """The recording route of an episode (§3, §4)."""

    ONE_OFF = "one_off", "one-off work"
    SHORT_TERM = "short_term", "short-term work"
    ASSESSMENT = "assessment"


SHORT_ROUTES = frozenset({RecordingRoute.ONE_OFF, RecordingRoute.SHORT_TERM})
"""The routes on which the three months are counted (§4 "one-off and short-term work")."""


class Service(Code):
    """Where the work is done: on a ward, or at the Cheyne Child Development Service."""

    WARD = "ward"
    CCDS = "ccds", "CCDS"


class State(Code):
    """Where an episode stands (docs/domain.md §5.2)."""

    OPEN = "open"
    CLOSE_PROPOSED = "close_proposed", "open, closing is proposed"
    CLOSING_AGREED = "closing_agreed", "open, closing is agreed"
    CLOSED = "closed"


class ActivityKind(Code):
    """What was done (docs/domain.md §5.1 Activity.kind; the benefits application and the arranged services of §6)."""

    VISIT = "visit"
    CONTACT_FAMILY = "contact_family", "contact with the family"
    CONTACT_PROFESSIONAL = "contact_professional", "contact with a professional"
    MEETING = "meeting"
    BENEFITS_APPLICATION = "benefits_application"
    ARRANGE_SERVICES = "arrange_services", "services arranged"
    LETTER = "letter"
    OTHER = "other", "other work"
    ATTEMPTED = "attempted", "attempted: it did not take place"


class AssessmentKind(Code):
    """Which assessment; which of them count as core assessments is a parameter of the rules (docs/domain.md §1.4, 11)."""

    CORE = "core", "core assessment"
    INITIAL = "initial", "initial assessment"
    SINGLE = "single", "child and family assessment"
    OTHER = "other", "other assessment"


class Purpose(Code):
    """Why the assessment system is used (§3)."""

    REFER_TO_OTHER_BOROUGH = "refer_to_other_borough", "to refer to another borough"
    LONG_TERM_CHRONIC_ILLNESS = "long_term_chronic_illness", "long-term work with a chronically ill child"
    CCDS_ONGOING = "ccds_ongoing", "ongoing work at CCDS"
    SHORT_TERM_OVER_THREE_MONTHS = "short_term_over_three_months", "short-term work over three months"
    OTHER = "other", "another purpose"


class CamhsReason(Code):
    """Why an assessment was made jointly with CAMHS (§3)."""

    OVERDOSE = "overdose"
    SELF_HARM = "self_harm", "self-harm"
    OTHER = "other", "another reason"


class ReviewOutcome(Code):
    """What a review of a core assessment came to."""

    CONTINUE = "continue", "continue as planned"
    REVISE = "revise", "revise the assessment"
    RECOMMEND_CLOSE = "recommend_close", "recommend closing"


class AuthorisationKind(Code):
    """What waits for a manager's word (I10): that an assessment is complete, or that a review was held."""

    ASSESSMENT = "assessment", "completion of the assessment"
    REVIEW = "review", "review of the assessment"


class SharingStatus(Code):
    """Where sharing with the parents or the child stands (§3); `not_age_appropriate` is for the child alone."""

    OUTSTANDING = "outstanding"
    SHARED = "shared"
    EXEMPT_REQUESTED = "exempt_requested", "exemption asked of the team manager"
    EXEMPT = "exempt", "not shared, agreed with the team manager"
    NOT_AGE_APPROPRIATE = "not_age_appropriate", "not appropriate for the child's age"


SETTLED = frozenset({SharingStatus.SHARED, SharingStatus.EXEMPT, SharingStatus.NOT_AGE_APPROPRIATE})
"""What ends the question of sharing (R5)."""


class Method(Code):
    """How an assessment was shared."""

    GIVEN = "given", "given by hand"
    POST = "post", "by post"
    EMAIL = "email", "by e-mail"
    MEETING = "meeting", "in a meeting"


class SatisfactionForm(Code):
    """What became of the user satisfaction form when a copy was sent (§8)."""

    INCLUDED = "included", "with the satisfaction form"
    NOT_INCLUDED = "not_included", "without the satisfaction form"
    SPECIAL_CIRCUMSTANCES = "special_circumstances", "with the form, in special circumstances"
    NOT_APPLICABLE = "not_applicable", "the form is not asked for"


class ItemStatus(Code):
    """Where an item for the medical file stands; `not_needed` is the exception for joint work with CAMHS (§3)."""

    OUTSTANDING = "outstanding"
    PLACED = "placed", "placed on the medical file"
    NOT_NEEDED = "not_needed", "not needed: CAMHS joint (§3)"
    WAIVED = "waived", "waived by a manager"


class ChronologyKind(Code):
    """The two kinds of chronology that §5 knows (I15)."""

    HOSPITAL_HISTORY = "hospital_history", "history of the child within the hospital"
    HOME_AUTHORITY = "home_authority", "the home authority's chronology"


class DecisionKind(Code):
    """What the social worker and the manager decide in supervision (§6)."""

    CLOSE = "close"
    KEEP_OPEN = "keep_open"
    REOPEN_RATIFIED = "reopen_ratified", "ratify the reopening"
    DEFER = "defer"


class ReferralStatus(Code):
    """What became of a referral; void and reclassified ones count nowhere (I19)."""

    ACTIVATED = "activated"
    NFA = "nfa", "no further action"
    RECLASSIFIED_CONTACT = "reclassified_contact", "it was a contact"
    VOID = "void", "it should not have been recorded"


COUNTED = frozenset({ReferralStatus.ACTIVATED, ReferralStatus.NFA})
"""The referrals of statistics and of re-referral."""
