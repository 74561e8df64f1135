"""Facts of pages for what only the whole crawl shows; documents; and parts of a run that have one value."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Runs of an older program have none of it."""
    op.add_column("snapshot", sa.Column("facts", sa.LargeBinary(), nullable=True))
    op.add_column(
        "snapshot", sa.Column("journey", sa.String(100), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("snapshot", sa.Column("step", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column(
        "snapshot", sa.Column("variant", sa.String(100), nullable=False, server_default=sa.text("''"))
    )
    op.create_table(
        "run_part",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_run_part_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "name", name="pk_run_part"),
    )
    op.create_table(
        "document",
        sa.Column("url_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("why", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("links", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("kind", sa.String(20), nullable=False, server_default=sa.text("''")),
        sa.Column("said_type", sa.String(200), nullable=False, server_default=sa.text("''")),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("modified", sa.Float(), nullable=True),
        sa.Column("etag", sa.String(300), nullable=False, server_default=sa.text("''")),
        sa.Column("sha256", sa.String(64), nullable=False, server_default=sa.text("''")),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_document_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["url_id"], ["url.id"], name="fk_document_url_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("url_id", name="pk_document"),
    )
    op.create_index("ix_document_run_id", "document", ["run_id"])
    op.create_table(
        "document_link",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(200), nullable=False, server_default=sa.text("''")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["url.id"], name="fk_document_link_document_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["page_id"], ["url.id"], name="fk_document_link_page_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_document_link_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "page_id", name="pk_document_link"),
    )
    op.create_index("ix_document_link_run_id", "document_link", ["run_id"])
