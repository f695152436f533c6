"""Record how texts were indexed, so that a release indexes them again after the analysis has changed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    # Without a batch, which would rebuild the table on SQLite and lose the trigger of the full-text index.
    column = sa.Column("analysis_version", sa.Integer(), nullable=False, server_default="0")
    op.add_column("search_documents", column)


def downgrade() -> None:
    op.drop_column("search_documents", "analysis_version")
