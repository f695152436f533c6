"""Let editors choose covers, the colours of portraits, and what networks show of a page."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
only_adds = True

SHARED = {
    "stories": {"cover": 96, "share_picture": 32},
    "series": {"cover_picture": 32},
    "projects": {"cover_picture": 32, "share_picture": 32},
    "pages": {"share_picture": 32},
    "petitions": {"share_picture": 32},
    "members": {"portrait_colour": 16},
}
TEXTS = ("story_texts", "project_texts", "page_texts", "petition_texts")
WORDS = ("share_title", "share_description", "share_alt")


def upgrade() -> None:
    for table, columns in SHARED.items():
        for name, length in columns.items():
            op.add_column(table, sa.Column(name, sa.String(length=length), server_default="", nullable=False))
    for table in TEXTS:
        for name in WORDS:
            op.add_column(table, sa.Column(name, sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    for table in TEXTS:
        with op.batch_alter_table(table) as batch:
            for name in WORDS:
                batch.drop_column(name)
    for table, columns in SHARED.items():
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)
