"""What findings belong together."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Findings of an older program make one issue for each rule and outcome, as they did then."""
    op.drop_index("ix_finding_issue", "finding")
    op.add_column("finding", sa.Column("component", sa.JSON(), nullable=True))
    op.add_column("finding", sa.Column("issue", sa.String(150), nullable=False, server_default=sa.text("''")))
    op.add_column("finding", sa.Column("fault", sa.String(20), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE finding SET issue = rule || '-' || replace(outcome, '_', '-')")
    op.create_index("ix_finding_issue", "finding", ["run_id", "issue"])
