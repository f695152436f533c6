"""Let editors word the e-mails to signers."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    op.create_table(
        "email_wordings",
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("language", "part", name=op.f("pk_email_wordings")),
    )


def downgrade() -> None:
    op.drop_table("email_wordings")
