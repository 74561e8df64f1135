"""What pages hold that a person must test."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("snapshot", sa.Column("features", sa.JSON(), nullable=True))
