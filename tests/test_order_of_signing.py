"""No table reveals who signed first: not by a row number, a sequence or a time."""

import pytest
from flask import Flask
from sqlalchemy import BigInteger, LargeBinary, inspect, text

from wzo.clock import Timestamp
from wzo.extensions import db

# Every column of the tables in which an action of a signer inserts or updates a row of that signer's own, and what it
# reveals about the time of that action.
PER_SIGNER = {
    "signatures": {
        "id": "random",
        "petition_id": "nothing",
        "state": "nothing",
        "email_hash": "nothing",
        "code_hash": "nothing",
        "link_hash": "nothing",
        "link_ciphertext": "nothing",
        "pending_ciphertext": "nothing: the code expires inside the ciphertext",
        "sealed": "nothing",
        "public_name": "nothing",
        "unsubscribed": "nothing",
        "signed_on": "the day",
        "mailed_on": "the day",
        "confirmed_on": "the day",
    },
    "mailboxes": {
        "email_hash": "nothing",
        "mailed_ciphertext": "nothing without the address",
        "mailed_on": "the day",
        "blocked": "nothing",
    },
    "outbox": {
        "id": "random",
        "deduplication_key": "nothing",
        "unanswered": "nothing",
        "kind": "nothing",
        "payload": "nothing without OUTBOX_KEY",
        "enqueued_at": "the second, until the job is deleted",
        "due_at": "the second, until the job is deleted",
        "attempts": "nothing",
        "failure": "nothing",
        "failed_on": "the day",
    },
    "used_challenges": {
        "key": "nothing",
        "hour": "the hour, until the row is deleted an hour later",
    },
}
# Columns with a time, in tables whose rows are deleted soon.
TIMES = {("outbox", "enqueued_at"), ("outbox", "due_at"), ("used_challenges", "hour")}
# Rows that many signers share.
SHARED_BY_SIGNERS = set(
    """
    code_guesses heartbeats petitions row_rewrites signature_counts signature_days submission_counts worker_findings
    """.split()
)
# Written by editors, by the operator or by Stripe, never by a signer.
NOT_OF_SIGNERS = set(
    """
    alarms annual_account_texts annual_accounts applied_migrations audit_entries card_donation_days
    card_donation_deductions card_donations content_items
    contact_texts contacts content_version countries country_texts demo_objects
    directory_entries directory_entry_countries directory_entry_texts donation_goal_texts donation_goals
    donation_method_texts donation_methods draft_links draft_states email_wordings fact_texts fact_themes facts
    glossary_term_texts glossary_terms home_block_texts
    home_blocks invitations key_fingerprints member_texts members
    mention_members mention_projects mention_stories mention_texts mentions notice_texts notices
    old_addresses page_texts pages
    file_texts file_uses files paper_signatures passkeys
    petition_countries petition_texts petition_threshold_texts petition_thresholds petition_update_texts
    petition_updates picture_texts picture_uses pictures presences project_countries project_facts project_members
    project_texts
    project_themes project_timelines projects
    rate_limits recovery_codes redirects related_stories revisions search_documents search_words seed_records series
    series_texts series_themes social_cards stories story_countries story_facts story_members story_texts story_themes
    story_timelines
    stripe_events
    theme_texts themes timeline_texts timelines user_sessions users
    """.split()
)


def test_it_knows_of_every_table_whether_signers_write_it() -> None:
    assert set(db.metadata.tables) == {*PER_SIGNER} | SHARED_BY_SIGNERS | NOT_OF_SIGNERS


@pytest.mark.parametrize("name", PER_SIGNER)
def test_it_knows_what_every_column_reveals_about_the_time(name: str) -> None:
    columns = db.metadata.tables[name].columns
    assert {column.name for column in columns} == {*PER_SIGNER[name]}
    times = {(name, column.name) for column in columns if isinstance(column.type, Timestamp)}
    assert times == {time for time in TIMES if time[0] == name}


@pytest.mark.parametrize("name", PER_SIGNER)
def test_it_has_no_ascending_key(name: str) -> None:
    """The key is a random number or a hash, so that neither the table nor an index is sorted by time."""
    (key,) = db.metadata.tables[name].primary_key
    assert isinstance(key.type, (BigInteger, LargeBinary))
    assert db.metadata.tables[name].autoincrement_column is None


def test_it_creates_these_tables_without_row_numbers_and_sequences(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        for name in PER_SIGNER:
            created = db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name})
            assert created.rstrip().endswith("WITHOUT ROWID"), name
        assert not inspect(db.engine).has_table("sqlite_sequence")
    else:
        sequences = db.session.scalars(text("SELECT sequencename FROM pg_sequences")).all()
        assert [name for name in sequences if name.startswith((*PER_SIGNER,))] == []
