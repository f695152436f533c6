"""Give members of the team pages, and say what they did for stories and projects."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    op.add_column("member_texts", sa.Column("contact", sa.String(), server_default="", nullable=False))
    for table in ("story_members", "project_members"):
        op.add_column(table, sa.Column("roles", sa.String(length=200), server_default="", nullable=False))


def downgrade() -> None:
    for table in ("project_members", "story_members"):
        op.drop_column(table, "roles")
    op.drop_column("member_texts", "contact")
