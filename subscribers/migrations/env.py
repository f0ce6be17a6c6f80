"""What Alembic runs to apply the revisions; the connection is handed over by `Database.migrate`.

The whole migration is the caller's one transaction: it is there entirely or not at all.
"""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
