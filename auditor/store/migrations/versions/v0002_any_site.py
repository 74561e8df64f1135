"""What a crawl of any site needs: forms of addresses, a queue by cost, progress."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("run", sa.Column("progress", sa.Float(), nullable=True))
    op.add_column("run", sa.Column("stopped", sa.Text(), nullable=True))
    op.add_column("run", sa.Column("refused", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("run", sa.Column("idle", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("run", sa.Column("known", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("settled", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE run SET known = (SELECT count(*) FROM url WHERE run_id = run.id),"
        " settled = (SELECT count(outcome) FROM url WHERE run_id = run.id)"
    )
    op.add_column("host", sa.Column("held_until", sa.Float(), nullable=True))
    op.add_column("url", sa.Column("chain", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("url", sa.Column("cost", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE url SET cost = depth")
    op.drop_index("ix_url_todo", "url")
    op.create_index(
        "ix_url_todo",
        "url",
        ["run_id", "host", "attempts", "cost", "id"],
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index(
        "ix_url_held",
        "url",
        ["lease", "host"],
        sqlite_where=sa.text("lease IS NOT NULL"),
        postgresql_where=sa.text("lease IS NOT NULL"),
    )
    op.drop_column("snapshot", "refused")
    op.add_column("visit", sa.Column("signature", sa.String(length=16), nullable=True))
    op.add_column("visit", sa.Column("sketch", sa.JSON(), nullable=True))
    op.create_table(
        "form",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=2100), nullable=False),
        sa.Column("visited", sa.Integer(), nullable=False),
        sa.Column("barren", sa.Integer(), nullable=False),
        sa.Column("within", sa.Integer(), nullable=False),
        sa.Column("stopped", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_form_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "form", name=op.f("pk_form")),
    )
