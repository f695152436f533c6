"""Let editors find the stories of a publication by words, and order them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    op.add_column("mention_stories", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("mention_stories", "position")
