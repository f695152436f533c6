"""Publish timelines with sources."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    op.create_table(
        "timelines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timelines")),
        sa.UniqueConstraint("slug", name=op.f("uq_timelines_slug")),
    )
    op.create_table(
        "timeline_texts",
        sa.Column("timeline_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'unpublished')", name=op.f("ck_timeline_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["timeline_id"],
            ["timelines.id"],
            name=op.f("fk_timeline_texts_timeline_id_timelines"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("timeline_id", "language", name=op.f("pk_timeline_texts")),
    )
    _create_tie("project_timelines", "project_id", "projects")
    _create_tie("story_timelines", "story_id", "stories")


def downgrade() -> None:
    for table in ("story_timelines", "project_timelines", "timeline_texts", "timelines"):
        op.drop_table(table)


def _create_tie(table: str, owner: str, owners: str) -> None:
    op.create_table(
        table,
        sa.Column(owner, sa.Integer(), nullable=False),
        sa.Column("timeline_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            [owner], [f"{owners}.id"], name=op.f(f"fk_{table}_{owner}_{owners}"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["timeline_id"], ["timelines.id"], name=op.f(f"fk_{table}_timeline_id_timelines"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(owner, "timeline_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_timeline_id"), table, ["timeline_id"])
