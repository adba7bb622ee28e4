"""What somebody said a moment ago is found by its key; what was kept about a reference, by that reference."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_replays_wording", "replays")
    op.create_index("ix_replays_subject", "replays", ["workspace_id", "subject"])


def downgrade() -> None:
    op.drop_index("ix_replays_subject", "replays")
    op.create_index("ix_replays_wording", "replays", ["workspace_id", "wording", "at"])
