"""What is kept of audits and of issues when runs are dropped."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Audits that an older program made are entered when the site's history is read next (history.py)."""
    op.create_table(
        "audit_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("started", sa.Float(), nullable=False),
        sa.Column("audited", sa.Integer(), nullable=False),
        sa.Column("in_scope", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("failure_pages", sa.Integer(), nullable=False),
        sa.Column("impacts", sa.JSON(), nullable=False),
        sa.Column("method", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("sample", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_point"),
        sa.UniqueConstraint("site", "run", name="uq_audit_point_site_run"),
    )
    op.create_table(
        "known_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("issue", sa.String(150), nullable=False),
        sa.Column("rule", sa.String(100), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("impact", sa.String(20), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("component", sa.JSON(), nullable=True),
        sa.Column("is_written", sa.Boolean(), nullable=False),
        sa.Column("last_seen", sa.Float(), nullable=False),
        sa.Column("last_run", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("periods", sa.JSON(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_known_issue"),
        sa.UniqueConstraint("site", "issue", name="uq_known_issue_site_issue"),
    )
