"""The names of a story and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.domain.shared.errors import Refusal
from bot.rehearsal.fields import Fields
from storage.cases import cases
from storage.db.engine import Tx


@dataclass
class Names:
    """What the story's names stand for: references, and assessments as (case, number); `reported`: audits with a report."""

    case: dict[str, str] = field(default_factory=dict)
    inquiry: dict[str, str] = field(default_factory=dict)
    feedback: dict[str, str] = field(default_factory=dict)
    assessment: dict[str, tuple[str, int]] = field(default_factory=dict)
    audit: dict[str, str] = field(default_factory=dict)
    finding: dict[str, str] = field(default_factory=dict)
    reported: set[str] = field(default_factory=set)

    def copy(self) -> Names:
        """The names as they are now."""
        return Names(**{name: type(found)(found) for name, found in vars(self).items()})

    def restore(self, before: Names) -> None:
        """Forget what was named since: it was rolled back."""
        vars(self).update(vars(before))

    def of(self, kind: str, name: str) -> Any:  # noqa: ANN401 - a reference, or a pair of them
        """What a name stands for. Refused: `not_found`, when the event that makes it was refused or is still to come."""
        found = getattr(self, kind).get(name)
        if found is None:
            raise Refusal("not_found", f"There is no {kind} {name} (yet).")
        return found


def case_of(names: Names, told: Fields) -> str:
    """The case that an event names."""
    return str(names.of("case", told.needed("case")))


def assessment_of(tx: Tx, names: Names, told: Fields) -> tuple[str, int]:
    """The assessment that is named, or the latest one of the case."""
    name, case_name = told.text("assessment"), told.text("case")
    if name is not None:
        ref, number = names.of("assessment", name)
        return ref, number
    ref = names.of("case", str(case_name))
    case = cases.get(tx, ref)
    made = [each for episode in (case.living_episodes if case else ()) for each in episode.assessments]
    if not made:
        raise Refusal("no_assessment", f"There is no such assessment on {ref}.")
    return ref, made[-1].number
