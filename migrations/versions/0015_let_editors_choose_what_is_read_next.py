"""Let editors choose what is read next."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    op.create_table(
        "related_stories",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("related_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_related_stories_story_id_stories"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["related_id"], ["stories.id"], name=op.f("fk_related_stories_related_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "related_id", name=op.f("pk_related_stories")),
    )
    op.create_index(op.f("ix_related_stories_related_id"), "related_stories", ["related_id"])


def downgrade() -> None:
    op.drop_table("related_stories")
