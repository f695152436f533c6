"""Create the tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
only_adds = True

# In the order in which they can be dropped.
TABLES = (
    "fact_texts",
    "story_themes",
    "story_texts",
    "story_countries",
    "petition_threshold_texts",
    "petition_update_texts",
    "facts",
    "demo_objects",
    "user_sessions",
    "theme_texts",
    "stories",
    "signatures",
    "signature_days",
    "signature_counts",
    "series_themes",
    "series_texts",
    "recovery_codes",
    "project_themes",
    "project_texts",
    "project_countries",
    "picture_uses",
    "picture_texts",
    "petition_updates",
    "petition_countries",
    "petition_thresholds",
    "paper_signatures",
    "code_guesses",
    "petition_texts",
    "passkeys",
    "page_texts",
    "notice_texts",
    "member_texts",
    "invitations",
    "home_block_texts",
    "draft_states",
    "donation_method_texts",
    "donation_goal_texts",
    "country_texts",
    "annual_account_texts",
    "users",
    "themes",
    "stripe_events",
    "social_cards",
    "series",
    "seed_records",
    "search_words",
    "search_documents",
    "revisions",
    "redirects",
    "row_rewrites",
    "rate_limits",
    "projects",
    "pictures",
    "petitions",
    "pages",
    "outbox",
    "notices",
    "members",
    "mailboxes",
    "home_blocks",
    "heartbeats",
    "submission_counts",
    "used_challenges",
    "draft_links",
    "donation_methods",
    "donation_goals",
    "countries",
    "content_version",
    "content_items",
    "card_donations",
    "card_donation_days",
    "audit_entries",
    "annual_accounts",
)


def upgrade() -> None:
    op.create_table(
        "annual_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_accounts")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("object_type", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entries_hash")),
    )
    op.create_index(op.f("ix_audit_entries_action"), "audit_entries", ["action"])
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"])
    op.create_index(op.f("ix_audit_entries_user_id"), "audit_entries", ["user_id"])

    op.create_table(
        "card_donation_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "currency", name=op.f("pk_card_donation_days")),
    )
    op.create_table(
        "card_donations",
        sa.Column("payment_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("payment_hash", name=op.f("pk_card_donations")),
    )
    op.create_table(
        "content_items",
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_by", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("languages_live_at_deletion", sa.String(length=64), nullable=False),
        sa.Column("content_type", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("content_type", "object_id", name=op.f("pk_content_items")),
    )
    op.create_index(op.f("ix_content_items_deleted_at"), "content_items", ["deleted_at"])

    op.create_table(
        "content_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_version")),
    )
    op.create_table(
        "countries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countries")),
        sa.UniqueConstraint("slug", name=op.f("uq_countries_slug")),
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
        "donation_methods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("answers", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("bic", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.Column("network", sa.String(length=16), nullable=False),
        sa.Column("wallet", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('card', 'bank', 'crypto', 'link')", name=op.f("ck_donation_methods_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation_methods")),
        sa.UniqueConstraint("slug", name=op.f("uq_donation_methods_slug")),
    )
    op.create_table(
        "draft_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("reader", sa.String(length=120), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_draft_links_token_hash")),
    )
    op.create_index("ix_draft_links_of_object", "draft_links", ["content_type", "object_id"])

    op.create_table(
        "heartbeats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_fails_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_failure", sa.String(length=64), nullable=False),
        sa.Column("mail_is_refused", sa.Boolean(), nullable=False),
        sa.Column("mail_supports_utf8", sa.Boolean(), nullable=True),
        sa.Column("mails_per_minute", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "home_blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_blocks")),
        sa.UniqueConstraint("key", name=op.f("uq_home_blocks_key")),
    )
    op.create_table(
        "mailboxes",
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("mailed_ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("mailed_on", sa.Date(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("email_hash", name=op.f("pk_mailboxes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_mailboxes_mailed_on"), "mailboxes", ["mailed_on"])

    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("portrait", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("slug", name=op.f("uq_members_slug")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("deduplication_key", sa.LargeBinary(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=64), nullable=True),
        sa.Column("failed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("deduplication_key", name=op.f("uq_outbox_deduplication_key")),
        sqlite_with_rowid=False,
        postgresql_with={
            "autovacuum_vacuum_scale_factor": 0,
            "autovacuum_vacuum_threshold": 50,
            "vacuum_truncate": True,
        },
    )
    op.create_index("ix_outbox_kind_due_at_id", "outbox", ["kind", "due_at", "id"])

    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("slug", name=op.f("uq_pages_slug")),
    )
    op.create_table(
        "petitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("key_fingerprint", sa.LargeBinary(), nullable=True),
        sa.Column("retention", sa.String(length=16), nullable=True),
        sa.Column("retention_done_on", sa.Date(), nullable=True),
        sa.Column("erased_signatures", sa.Integer(), nullable=False),
        sa.Column("countries_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions")),
        sa.UniqueConstraint("slug", name=op.f("uq_petitions_slug")),
    )
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("focus_x", sa.Integer(), nullable=False),
        sa.Column("focus_y", sa.Integer(), nullable=False),
        sa.Column("credit", sa.String(), nullable=False),
        sa.Column("decorative", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "focus_x BETWEEN 0 AND 100 AND focus_y BETWEEN 0 AND 100", name=op.f("ck_pictures_focus_inside")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("key", name=op.f("uq_pictures_key")),
    )
    op.create_index(op.f("ix_pictures_created_at"), "pictures", ["created_at"])
    op.create_index(op.f("ix_pictures_deleted_at"), "pictures", ["deleted_at"])

    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("cover", sa.String(length=96), nullable=False),
        sa.Column("home_section", sa.String(length=32), nullable=False),
        sa.Column("published_on", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("slug", name=op.f("uq_projects_slug")),
    )
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limits")),
    )
    op.create_index(op.f("ix_rate_limits_changed_at"), "rate_limits", ["changed_at"])

    op.create_table(
        "row_rewrites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_rewrites")),
    )

    op.create_table(
        "redirects",
        sa.Column("content_type", sa.String(length=32), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("content_type", "slug", name=op.f("pk_redirects")),
    )
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("edit_session", sa.String(length=32), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("conflicting", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index("ix_revisions_of_locale", "revisions", ["content_type", "object_id", "locale", "id"])
    op.create_index(op.f("ix_revisions_saved_at"), "revisions", ["saved_at"])

    op.create_table(
        "search_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_documents")),
        sa.UniqueConstraint(
            "content_type", "object_id", "language", name=op.f("uq_search_documents_content_type_object_id_language")
        ),
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("stem", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
    )
    op.create_index(op.f("ix_search_words_stem"), "search_words", ["stem"])

    op.create_table(
        "seed_records",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seed_records")),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cover", sa.String(length=96), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_series_slug")),
    )
    op.create_table(
        "social_cards",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_social_cards")),
    )
    op.create_table(
        "stripe_events",
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_stripe_events")),
    )
    op.create_table(
        "themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("slug", name=op.f("uq_themes_slug")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("totp_ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("toured_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('writer', 'publisher', 'administrator')", name=op.f("ck_users_role_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "annual_account_texts",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("income", sa.String(), nullable=False),
        sa.Column("spending", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'live', 'unpublished')", name=op.f("ck_annual_account_texts_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["annual_accounts.id"],
            name=op.f("fk_annual_account_texts_account_id_annual_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "language", name=op.f("pk_annual_account_texts")),
    )
    op.create_table(
        "country_texts",
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_country_texts_country_id_countries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("country_id", "language", name=op.f("pk_country_texts")),
    )
    op.create_table(
        "donation_goal_texts",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'live', 'unpublished')", name=op.f("ck_donation_goal_texts_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["goal_id"],
            ["donation_goals.id"],
            name=op.f("fk_donation_goal_texts_goal_id_donation_goals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("goal_id", "language", name=op.f("pk_donation_goal_texts")),
    )
    op.create_table(
        "donation_method_texts",
        sa.Column("method_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'live', 'unpublished')", name=op.f("ck_donation_method_texts_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["method_id"],
            ["donation_methods.id"],
            name=op.f("fk_donation_method_texts_method_id_donation_methods"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("method_id", "language", name=op.f("pk_donation_method_texts")),
    )
    op.create_table(
        "draft_states",
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("latest_revision_id", sa.Integer(), nullable=True),
        sa.Column("live_revision_id", sa.Integer(), nullable=True),
        sa.Column("source_revision_id", sa.Integer(), nullable=True),
        sa.Column("scheduled_revision_id", sa.Integer(), nullable=True),
        sa.Column("go_live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_by", sa.Integer(), nullable=True),
        sa.Column("publish_error", sa.String(), nullable=False),
        sa.Column("review_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_requested_by", sa.Integer(), nullable=True),
        sa.Column("content_type", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["latest_revision_id"], ["revisions.id"], name=op.f("fk_draft_states_latest_revision_id_revisions")
        ),
        sa.ForeignKeyConstraint(
            ["live_revision_id"], ["revisions.id"], name=op.f("fk_draft_states_live_revision_id_revisions")
        ),
        sa.ForeignKeyConstraint(
            ["scheduled_revision_id"], ["revisions.id"], name=op.f("fk_draft_states_scheduled_revision_id_revisions")
        ),
        sa.ForeignKeyConstraint(
            ["source_revision_id"], ["revisions.id"], name=op.f("fk_draft_states_source_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("locale", "content_type", "object_id", name=op.f("pk_draft_states")),
    )
    op.create_index(op.f("ix_draft_states_go_live_at"), "draft_states", ["go_live_at"])
    op.create_index(op.f("ix_draft_states_latest_revision_id"), "draft_states", ["latest_revision_id"])
    op.create_index(op.f("ix_draft_states_live_revision_id"), "draft_states", ["live_revision_id"])
    op.create_index(op.f("ix_draft_states_scheduled_revision_id"), "draft_states", ["scheduled_revision_id"])
    op.create_index(op.f("ix_draft_states_source_revision_id"), "draft_states", ["source_revision_id"])

    op.create_table(
        "home_block_texts",
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["home_blocks.id"], name=op.f("fk_home_block_texts_block_id_home_blocks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("block_id", "language", name=op.f("pk_home_block_texts")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('writer', 'publisher', 'administrator')", name=op.f("ck_invitations_role_known")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_invitations_created_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_invitations_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_user_id"), "invitations", ["user_id"])

    op.create_table(
        "member_texts",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_texts_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "language", name=op.f("pk_member_texts")),
    )
    op.create_table(
        "notice_texts",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'unpublished')", name=op.f("ck_notice_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_texts_notice_id_notices"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "language", name=op.f("pk_notice_texts")),
    )
    op.create_table(
        "page_texts",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'unpublished')", name=op.f("ck_page_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_page_texts_page_id_pages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", "language", name=op.f("pk_page_texts")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_user_id"), "passkeys", ["user_id"])

    op.create_table(
        "petition_texts",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("demand", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'unpublished')", name=op.f("ck_petition_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_texts_petition_id_petitions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("petition_id", "language", name=op.f("pk_petition_texts")),
    )
    op.create_table(
        "petition_countries",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"],
            ["petitions.id"],
            name=op.f("fk_petition_countries_petition_id_petitions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("petition_id", "code", name=op.f("pk_petition_countries")),
    )
    op.create_table(
        "petition_thresholds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("source_url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"],
            ["petitions.id"],
            name=op.f("fk_petition_thresholds_petition_id_petitions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_thresholds")),
    )
    op.create_index(op.f("ix_petition_thresholds_petition_id"), "petition_thresholds", ["petition_id"])
    op.create_table(
        "petition_updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"],
            ["petitions.id"],
            name=op.f("fk_petition_updates_petition_id_petitions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_updates")),
    )
    op.create_index(op.f("ix_petition_updates_petition_id"), "petition_updates", ["petition_id"])

    op.create_table(
        "picture_texts",
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("caption", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_picture_texts_picture_id_pictures"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("picture_id", "language", name=op.f("pk_picture_texts")),
    )
    op.create_table(
        "picture_uses",
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_picture_uses_picture_id_pictures"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "picture_id", "content_type", "object_id", "locale", "live", name=op.f("pk_picture_uses")
        ),
    )
    op.create_index("ix_picture_uses_of_object", "picture_uses", ["content_type", "object_id", "locale"])

    op.create_table(
        "project_countries",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_project_countries_country_id_countries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_countries_project_id_projects"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "country_id", name=op.f("pk_project_countries")),
    )
    op.create_index(op.f("ix_project_countries_country_id"), "project_countries", ["country_id"])

    op.create_table(
        "project_texts",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kicker", sa.String(), nullable=False),
        sa.Column("cover_alt", sa.String(), nullable=False),
        sa.Column("credits", sa.String(), nullable=False),
        sa.Column("partners", sa.String(), nullable=False),
        sa.Column("awards", sa.String(), nullable=False),
        sa.Column("particulars", sa.String(), nullable=False),
        sa.Column("original_url", sa.String(), nullable=False),
        sa.Column("original_language", sa.String(length=8), nullable=False),
        sa.Column("original_label", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'unpublished')", name=op.f("ck_project_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_texts_project_id_projects"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "language", name=op.f("pk_project_texts")),
    )
    op.create_table(
        "project_themes",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_themes_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_project_themes_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "theme_id", name=op.f("pk_project_themes")),
    )
    op.create_index(op.f("ix_project_themes_theme_id"), "project_themes", ["theme_id"])

    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])

    op.create_table(
        "series_texts",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("cover_alt", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'unpublished')", name=op.f("ck_series_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_texts_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "language", name=op.f("pk_series_texts")),
    )
    op.create_table(
        "series_themes",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_themes_series_id_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_series_themes_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "theme_id", name=op.f("pk_series_themes")),
    )
    op.create_index(op.f("ix_series_themes_theme_id"), "series_themes", ["theme_id"])

    op.create_table(
        "paper_signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_paper_signatures_petition_id_petitions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_signatures")),
    )
    op.create_index(op.f("ix_paper_signatures_petition_id"), "paper_signatures", ["petition_id"])
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
        "submission_counts",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network_bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "network_bucket", "shard", name=op.f("pk_submission_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "code_guesses",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"],
            ["petitions.id"],
            name=op.f("fk_code_guesses_petition_id_petitions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("petition_id", "hour", name=op.f("pk_code_guesses")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "used_challenges",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_used_challenges")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_used_challenges_hour"), "used_challenges", ["hour"])
    op.create_table(
        "signature_days",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_signature_days_petition_id_petitions")
        ),
        sa.PrimaryKeyConstraint("petition_id", "day", "shard", name=op.f("pk_signature_days")),
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=True),
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("link_ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("pending_ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("public_name", sa.String(), nullable=True),
        sa.Column("unsubscribed", sa.Boolean(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'pending' AND pending_ciphertext IS NOT NULL AND sealed IS NULL AND public_name IS NULL AND confirmed_on IS NULL) OR (state = 'confirmed' AND pending_ciphertext IS NULL AND sealed IS NOT NULL AND confirmed_on IS NOT NULL)",
            name=op.f("ck_signatures_columns_match_state"),
        ),
        sa.ForeignKeyConstraint(["petition_id"], ["petitions.id"], name=op.f("fk_signatures_petition_id_petitions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_signatures_code_hash")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_signatures_link_hash")),
        sa.UniqueConstraint("petition_id", "email_hash", name=op.f("uq_signatures_petition_id_email_hash")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_signatures_by_day", "signatures", ["petition_id", "state", "confirmed_on", "id"])
    op.create_index(
        "ix_signatures_public_names",
        "signatures",
        ["petition_id", "confirmed_on", "id", "public_name"],
        postgresql_where=sa.text("public_name IS NOT NULL"),
        sqlite_where=sa.text("public_name IS NOT NULL"),
    )
    op.create_index("ix_signatures_state_mailed_on", "signatures", ["state", "mailed_on"])
    op.create_index("ix_signatures_state_signed_on", "signatures", ["state", "signed_on", "petition_id"])

    op.create_table(
        "stories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("published_on", sa.String(length=10), nullable=True),
        sa.Column("picture", sa.String(length=32), nullable=False),
        sa.Column("picture_decorative", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(series_id IS NULL) = (part IS NULL)", name=op.f("ck_stories_part_of_a_series")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_stories_project_id_projects"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_stories_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        sa.UniqueConstraint("series_id", "part", name=op.f("uq_stories_series_id_part")),
        sa.UniqueConstraint("slug", name=op.f("uq_stories_slug")),
    )
    op.create_index(op.f("ix_stories_project_id"), "stories", ["project_id"])

    op.create_table(
        "theme_texts",
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'unpublished')", name=op.f("ck_theme_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_theme_texts_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("theme_id", "language", name=op.f("pk_theme_texts")),
    )
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("factor_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
    )
    op.create_index(op.f("ix_user_sessions_user_id"), "user_sessions", ["user_id"])

    op.create_table(
        "demo_objects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_demo_objects_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_demo_objects_series_id_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_demo_objects_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_objects")),
        sa.UniqueConstraint("project_id", name=op.f("uq_demo_objects_project_id")),
        sa.UniqueConstraint("series_id", name=op.f("uq_demo_objects_series_id")),
        sa.UniqueConstraint("story_id", name=op.f("uq_demo_objects_story_id")),
    )
    op.create_table(
        "facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=True),
        sa.CheckConstraint("(project_id IS NULL) != (story_id IS NULL)", name=op.f("ck_facts_one_owner")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_facts_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_facts_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    op.create_index(op.f("ix_facts_project_id"), "facts", ["project_id"])
    op.create_index(op.f("ix_facts_story_id"), "facts", ["story_id"])

    op.create_table(
        "petition_threshold_texts",
        sa.Column("threshold_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'live', 'unpublished')", name=op.f("ck_petition_threshold_texts_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["threshold_id"],
            ["petition_thresholds.id"],
            name=op.f("fk_petition_threshold_texts_threshold_id_petition_thresholds"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("threshold_id", "language", name=op.f("pk_petition_threshold_texts")),
    )
    op.create_table(
        "petition_update_texts",
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'live', 'unpublished')", name=op.f("ck_petition_update_texts_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["update_id"],
            ["petition_updates.id"],
            name=op.f("fk_petition_update_texts_update_id_petition_updates"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("update_id", "language", name=op.f("pk_petition_update_texts")),
    )
    op.create_table(
        "story_countries",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_story_countries_country_id_countries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_story_countries_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "country_id", name=op.f("pk_story_countries")),
    )
    op.create_index(op.f("ix_story_countries_country_id"), "story_countries", ["country_id"])

    op.create_table(
        "story_texts",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("picture_alt", sa.String(), nullable=False),
        sa.Column("picture_caption", sa.String(), nullable=False),
        sa.Column("credits", sa.String(), nullable=False),
        sa.Column("original_url", sa.String(), nullable=False),
        sa.Column("original_language", sa.String(length=8), nullable=False),
        sa.Column("original_label", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_notice", sa.String(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'unpublished')", name=op.f("ck_story_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_story_texts_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "language", name=op.f("pk_story_texts")),
    )
    op.create_index(
        "ix_story_texts_newest",
        "story_texts",
        ["language", "first_published_at", "story_id"],
        sqlite_where=sa.text("state = 'live'"),
        postgresql_where=sa.text("state = 'live'"),
    )

    op.create_table(
        "story_themes",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_story_themes_story_id_stories"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_story_themes_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "theme_id", name=op.f("pk_story_themes")),
    )
    op.create_index(op.f("ix_story_themes_theme_id"), "story_themes", ["theme_id"])

    op.create_table(
        "fact_texts",
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["fact_id"], ["facts.id"], name=op.f("fk_fact_texts_fact_id_facts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fact_id", "language", name=op.f("pk_fact_texts")),
    )
    create_search_index()
    make_audit_log_append_only()
    keep_signers_out_of_statistics()


def create_search_index() -> None:
    """Create the full-text index of search_documents; it is given words that are already folded and stemmed."""
    if op.get_bind().dialect.name == "sqlite":
        # If a later migration rebuilds search_documents, it must recreate the trigger.
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(title, summary, text, tokenize='unicode61 remove_diacritics 0')"
        )
        op.execute(
            "CREATE TRIGGER search_index_delete AFTER DELETE ON search_documents "
            "BEGIN DELETE FROM search_index WHERE rowid = old.id; END"
        )
    else:
        op.execute(
            "CREATE TABLE search_index (rowid INTEGER CONSTRAINT pk_search_index PRIMARY KEY "
            "CONSTRAINT fk_search_index_rowid_search_documents REFERENCES search_documents (id) ON DELETE CASCADE, "
            "title TSVECTOR NOT NULL, summary TSVECTOR NOT NULL, text TSVECTOR NOT NULL)"
        )
        for column in ("title", "summary", "text"):
            op.execute(f"CREATE INDEX ix_search_index_{column} ON search_index USING gin ({column})")


def keep_signers_out_of_statistics() -> None:
    """Let PostgreSQL keep no samples of what signers stored; it would have them after their rows are deleted."""
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in {
            "signatures": (
                "email_hash",
                "code_hash",
                "link_hash",
                "link_ciphertext",
                "pending_ciphertext",
                "sealed",
                "public_name",
            ),
            "mailboxes": ("email_hash", "mailed_ciphertext"),
            "outbox": ("deduplication_key", "payload"),
            "used_challenges": ("key",),
        }.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def make_audit_log_append_only() -> None:
    """Refuse to change or delete entries of the audit log."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entries_append_only_on_{action.lower()} BEFORE {action} ON audit_entries "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION reject_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries "
            "FOR EACH ROW EXECUTE FUNCTION reject_change()"
        )


def downgrade() -> None:
    op.drop_table("search_index")
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION reject_change()")
