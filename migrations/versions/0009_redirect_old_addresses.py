"""Redirect the addresses of the earlier site."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    op.create_table(
        "old_addresses",
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_old_addresses")),
    )


def downgrade() -> None:
    op.drop_table("old_addresses")
