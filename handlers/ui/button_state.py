"""What buttons and modals remember: an id and a version, nothing else, because Slack shows them to nobody but keeps them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.shared.errors import Refusal


class ButtonState(BaseModel):
    """The value of a button or a modal's `private_metadata`: which thing, at which version, number or page of it.

    `step` is what an entry of a menu is for, where one menu holds several.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: int = 1
    id: str = Field(default="", max_length=64, pattern=r"^[A-Za-z0-9_-]*$")
    n: int = Field(default=0, ge=-1, le=2**31 - 1)
    step: str = Field(default="", max_length=32, pattern=r"^[a-z0-9_]*$")

    def pack(self) -> str:
        """As the string that Slack carries."""
        return self.model_dump_json(exclude={"step"} if not self.step else None)


def unpack(value: object) -> ButtonState:
    """The memory in a value that came back; refused with `old_button` when it is of another version of the bot."""
    try:
        memory = ButtonState.model_validate_json(value if isinstance(value, str) else "")
    except ValidationError:
        memory = None
    if memory is None or memory.v != 1:
        raise Refusal(
            "old_button", "That button is from another version of OOB; nothing was done. Please type the command again."
        )
    return memory
