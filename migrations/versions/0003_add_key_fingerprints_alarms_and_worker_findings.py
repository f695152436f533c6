"""Add fingerprints of keys, alarms, findings of the worker, and confirmations by editors."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    op.create_table(
        "key_fingerprints",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_key_fingerprints")),
    )
    op.create_table(
        "alarms",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_alarms")),
    )
    op.create_table(
        "worker_findings",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", "subject", name=op.f("pk_worker_findings")),
    )
    with op.batch_alter_table("heartbeats") as batch:
        batch.add_column(sa.Column("mail_accepted_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("seed_records") as batch:
        batch.add_column(sa.Column("confirmed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("seed_records") as batch:
        batch.drop_column("confirmed_on")
    with op.batch_alter_table("heartbeats") as batch:
        batch.drop_column("mail_accepted_at")
    for table in ("worker_findings", "alarms", "key_fingerprints"):
        op.drop_table(table)
