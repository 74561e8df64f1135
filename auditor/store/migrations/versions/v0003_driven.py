"""Which pages were driven, and the kinds of element they showed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("snapshot", sa.Column("driven", sa.JSON(none_as_null=True), nullable=True))
