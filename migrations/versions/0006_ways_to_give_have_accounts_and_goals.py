"""Ways to give hold bank accounts and crypto addresses, for whom each is shown; there are annual accounts and goals."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW_COLUMNS = (
    # What was offered to everyone stays so.
    ("answers", sa.String(64), "russia elsewhere none"),
    ("holder", sa.String(), ""),
    ("iban", sa.String(), ""),
    ("bic", sa.String(), ""),
    ("purpose", sa.String(), ""),
    ("amount", sa.String(), ""),
    ("network", sa.String(16), ""),
    ("wallet", sa.String(), ""),
)


def upgrade() -> None:
    for name, kind, value in NEW_COLUMNS:
        op.add_column("donation_ways", sa.Column(name, kind, nullable=False, server_default=value))

    op.create_table(
        "annual_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_accounts")),
    )
    op.create_table(
        "annual_account_texts",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("income", sa.String(), nullable=False),
        sa.Column("spending", sa.String(), nullable=False),
        *_words("annual_account_texts", "account_id", "annual_accounts"),
    )
    op.create_table(
        "donation_goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("rates", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_goals")),
    )
    op.create_table(
        "donation_goal_texts",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        *_words("donation_goal_texts", "goal_id", "donation_goals"),
    )


def downgrade() -> None:
    for table in ("donation_goal_texts", "donation_goals", "annual_account_texts", "annual_accounts"):
        op.drop_table(table)
    for name, _, _ in reversed(NEW_COLUMNS):
        op.drop_column("donation_ways", name)


def _words(table: str, owner: str, owners: str) -> tuple[sa.Column | sa.Constraint, ...]:
    """What all tables of published words have in common."""
    return (
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("live_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'withdrawn')", name=op.f(f"ck_{table}_state_known")),
        sa.ForeignKeyConstraint(
            [owner], [f"{owners}.id"], name=op.f(f"fk_{table}_{owner}_{owners}"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(owner, "language", name=op.f(f"pk_{table}")),
    )
