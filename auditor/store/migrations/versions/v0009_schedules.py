"""Due times of schedules, and notifications."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """A store of an older program has had no schedule and has told nobody anything."""
    op.create_table(
        "due",
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("due", sa.Float(), nullable=False),
        sa.Column("schedule", sa.String(300), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("run", sa.Integer(), nullable=True),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("begun", sa.Float(), nullable=False),
        sa.Column("touched", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("site", "due", name="pk_due"),
    )
    op.create_table(
        "message",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("to", sa.String(200), nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made", sa.Float(), nullable=False),
        sa.Column("held_until", sa.Float(), nullable=False, server_default="0"),
        sa.Column("sent", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_message"),
    )
    op.create_table(
        "told",
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("site", name="pk_told"),
    )
