"""A picture of each issue."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Runs of an older program have none."""
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
        sa.Column("issue", sa.String(150), nullable=False),
        sa.Column("url_id", sa.Integer(), sa.ForeignKey("url.id", ondelete="CASCADE"), nullable=False),
        sa.Column("taken", sa.Float(), nullable=False),
        sa.Column("media_type", sa.String(50), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("run_id", "issue"),
    )
    op.create_index("ix_picture_url_id", "picture", ["url_id"])
