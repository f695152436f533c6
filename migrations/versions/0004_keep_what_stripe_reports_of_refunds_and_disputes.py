"""Keep what Stripe reports of each refund and dispute of a card donation."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    op.create_table(
        "card_donation_deductions",
        sa.Column("deduction_hash", sa.LargeBinary(), nullable=False),
        sa.Column("payment_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.BigInteger(), nullable=False),
        sa.Column("reported", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_hash"],
            ["card_donations.payment_hash"],
            name=op.f("fk_card_donation_deductions_payment_hash_card_donations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("deduction_hash", name=op.f("pk_card_donation_deductions")),
    )
    op.create_index(
        op.f("ix_card_donation_deductions_payment_hash"), "card_donation_deductions", ["payment_hash"], unique=False
    )
    with op.batch_alter_table("card_donations") as batch:
        batch.add_column(sa.Column("disputed", sa.BigInteger(), server_default="0", nullable=False))
    # So far only the total of a payment's refunds was kept.
    op.execute(
        "INSERT INTO card_donation_deductions"
        " (deduction_hash, payment_hash, kind, progress, reported, amount, charged, currency)"
        " SELECT payment_hash, payment_hash, 'refund_total', refunded, refunded, refunded, amount, currency"
        " FROM card_donations WHERE refunded > 0"
    )


def downgrade() -> None:
    with op.batch_alter_table("card_donations") as batch:
        batch.drop_column("disputed")
    op.drop_index(op.f("ix_card_donation_deductions_payment_hash"), table_name="card_donation_deductions")
    op.drop_table("card_donation_deductions")
