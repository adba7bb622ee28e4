"""What was said a moment ago is found by its key, what was kept about a reference by it; days are counted by an index."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_replays_wording", "replays")
    op.create_index("ix_replays_subject", "replays", ["workspace_id", "subject"])
    op.drop_index("ix_referrals_received_on", "referrals")
    op.create_index("ix_referrals_received_on", "referrals", ["workspace_id", "received_on", "status"])


def downgrade() -> None:
    op.drop_index("ix_referrals_received_on", "referrals")
    op.create_index("ix_referrals_received_on", "referrals", ["workspace_id", "received_on"])
    op.drop_index("ix_replays_subject", "replays")
    op.create_index("ix_replays_wording", "replays", ["workspace_id", "wording", "at"])
