"""Let editors keep a directory of help, and how to reach the group."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
only_adds = True


def upgrade() -> None:
    op.create_table(
        "directory_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("services", sa.String(length=200), nullable=False),
        sa.Column("languages", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("onion_url", sa.String(length=500), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=100), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_entries")),
        sa.UniqueConstraint("slug", name=op.f("uq_directory_entries_slug")),
    )
    op.create_table(
        "directory_entry_texts",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("postal_address", sa.String(), nullable=False),
        sa.Column("safety", sa.String(), nullable=False),
        *_text_columns(),
        sa.CheckConstraint(
            "state IN ('draft', 'live', 'unpublished')", name=op.f("ck_directory_entry_texts_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["directory_entries.id"],
            name=op.f("fk_directory_entry_texts_entry_id_directory_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "language", name=op.f("pk_directory_entry_texts")),
    )
    op.create_table(
        "directory_entry_countries",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["directory_entries.id"],
            name=op.f("fk_directory_entry_countries_entry_id_directory_entries"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["country_id"],
            ["countries.id"],
            name=op.f("fk_directory_entry_countries_country_id_countries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "country_id", name=op.f("pk_directory_entry_countries")),
    )
    op.create_index(
        op.f("ix_directory_entry_countries_country_id"), "directory_entry_countries", ["country_id"], unique=False
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("public_key", sa.String(length=20000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("slug", name=op.f("uq_contacts_slug")),
    )
    op.create_table(
        "contact_texts",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        *_text_columns(),
        sa.CheckConstraint("state IN ('draft', 'live', 'unpublished')", name=op.f("ck_contact_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_texts_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "language", name=op.f("pk_contact_texts")),
    )


def downgrade() -> None:
    for table in (
        "contact_texts",
        "contacts",
        "directory_entry_countries",
        "directory_entry_texts",
        "directory_entries",
    ):
        op.drop_table(table)


def _text_columns() -> list[sa.Column]:
    """The columns of texts with a publication state."""
    return [
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
    ]
