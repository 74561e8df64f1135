"""Create the tables, or bring those of an older program up to date."""

from __future__ import annotations

import sqlalchemy as sa

from auditor.errors import StoreError
from auditor.store.schema import metadata

HEAD = "0011"  # the newest revision in migrations/versions/
_VERSION = sa.Table(  # as Alembic makes it
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def bring_up_to_date(engine: sa.Engine, shown: str, *, upgrade: bool) -> None:
    """Create the tables; where `upgrade`, apply the migrations that the database lacks.

    Raises `StoreError` where a newer program has written it, or an older one and it may not be upgraded.
    `shown`: the database URL for messages.
    """
    with engine.connect().execution_options(reading=True) as connection:
        if _revision(connection) == HEAD:
            return
    with engine.begin() as connection:
        found = _revision(connection)
        if found == HEAD:
            return  # another process was quicker
        if found is not None and found > HEAD:
            raise StoreError(
                f"The store {shown} was written by a newer version of this program (schema {found}; this "
                f"one knows {HEAD}). Upgrade the program, or name another store."
            )
        if found is not None and not upgrade:
            raise StoreError(
                f"The store {shown} is of an older version of this program (schema {found}; this one needs "
                f"{HEAD}). Let the audits under way end, then type: auditor store upgrade."
            )
        if found is None:
            create(connection)
        else:
            migrate(connection)


def create(connection: sa.Connection) -> None:
    """The tables as they are now: to a new store, that is what all migrations together come to."""
    metadata.create_all(connection, checkfirst=False)  # tables of another program are a fault
    _VERSION.create(connection, checkfirst=False)
    connection.execute(_VERSION.insert().values(version_num=HEAD))


def migrate(connection: sa.Connection, to: str = HEAD) -> None:
    """Apply the migrations up to the revision `to`."""
    from alembic import command  # slow to import, and needed where an older program's store is met alone
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "auditor.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found
