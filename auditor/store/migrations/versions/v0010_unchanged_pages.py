"""What pages were made of, so that a later audit can tell that they are unchanged."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Of pages of an older program nothing is known: each is audited again."""
    op.add_column("visit", sa.Column("unchanged_since", sa.Float(), nullable=True))
    op.create_table(
        "kept_page",
        sa.Column("url_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_kept_page_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["url_id"], ["url.id"], name="fk_kept_page_url_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("url_id", name="pk_kept_page"),
    )
    op.create_index("ix_kept_page_run_id", "kept_page", ["run_id"])
    op.create_table(
        "resource",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(24), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_resource_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "key", name="pk_resource"),
    )
