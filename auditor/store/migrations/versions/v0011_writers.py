"""What each connection to a server committed last."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "writer",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("transaction", sa.String(20), nullable=False),
        sa.Column("began", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_writer"),
    )
