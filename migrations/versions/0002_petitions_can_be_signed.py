"""Petitions can be signed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailboxes",
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("mailed_box", sa.LargeBinary(), nullable=True),
        sa.Column("mailed_on", sa.Date(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_mailboxes")),
    )
    with op.batch_alter_table("mailboxes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailboxes_mailed_on"), ["mailed_on"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(length=64), nullable=True),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_kind_due_at", ["kind", "due_at"], unique=False)

    op.create_table(
        "signature_counts",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_signature_counts_petition_id_petitions")
        ),
        sa.PrimaryKeyConstraint("petition_id", "shard", name=op.f("pk_signature_counts")),
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("pending_box", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("public_name", sa.String(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'pending' AND pending_box IS NOT NULL AND sealed IS NULL AND public_name IS NULL AND confirmed_on IS NULL) OR (state = 'confirmed' AND pending_box IS NULL AND sealed IS NOT NULL AND confirmed_on IS NOT NULL)",
            name=op.f("ck_signatures_kept_as_promised"),
        ),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_signatures_petition_id_petitions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_signatures_code_hash")),
        sa.UniqueConstraint("petition_id", "address_hash", name=op.f("uq_signatures_petition_id_address_hash")),
    )
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_signatures_public_names",
            ["petition_id", "confirmed_on", "id"],
            unique=False,
            postgresql_where=sa.text("public_name IS NOT NULL"),
            sqlite_where=sa.text("public_name IS NOT NULL"),
        )
        batch_op.create_index("ix_signatures_state_signed_on", ["state", "signed_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_index("ix_signatures_state_signed_on")
        batch_op.drop_index(
            "ix_signatures_public_names",
            postgresql_where=sa.text("public_name IS NOT NULL"),
            sqlite_where=sa.text("public_name IS NOT NULL"),
        )

    op.drop_table("signatures")
    op.drop_table("signature_counts")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_kind_due_at")

    op.drop_table("outbox")
    with op.batch_alter_table("mailboxes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailboxes_mailed_on"))

    op.drop_table("mailboxes")
