"""Editors change the texts of the e-mails to signers: the form, and what it saves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import delete

from wzo.audit import record
from wzo.extensions import db, upsert, write_transaction
from wzo.i18n import LANGUAGES
from wzo.invisible_characters import drop_invisible_characters
from wzo.petition.email_texts import PARTS, find_problem, find_wrong_alphabet, get_defaults, get_texts
from wzo.petition.emails import SignerEmail, preview
from wzo.petition.models import EmailText
from wzo.transaction_retries import retry_transaction


@dataclass
class EmailTextField:
    """The text of a part in a language; `shown`: the one that was saved when the page was opened."""

    language: str
    part: str
    text: str
    shown: str
    default: str
    error: str = ""

    @property
    def name(self) -> str:
        """Its name in the form, such as ru.subject."""
        return f"{self.language}.{self.part}"

    @property
    def label(self) -> str:
        """Its label in the editor's language."""
        return str(PARTS[self.part].label)


class EmailTextsForm:
    """All parts in all languages, as they are saved, or as they were submitted. An empty one is its default text."""

    def __init__(self, submitted: Mapping[str, str] | None = None) -> None:
        self.saved = {language: get_texts(language) for language in LANGUAGES}
        values = submitted or {}
        self.fields = [
            EmailTextField(
                language,
                part,
                _normalize(values.get(f"{language}.{part}", text)) or default[part],
                _normalize(values.get(f"base.{language}.{part}", text)),
                default[part],
            )
            for language, texts in self.saved.items()
            for default in [get_defaults(language)]
            for part, text in texts.items()
        ]
        reset = values.get("reset", "")
        for field in self.fields:
            if field.name == reset:
                field.text = field.default

    @property
    def errors(self) -> list[EmailTextField]:
        """The fields that cannot be saved."""
        return [field for field in self.fields if field.error]

    def validate(self) -> bool:
        """Check every part, and that nobody else has changed it meanwhile."""
        for field in self.fields:
            saved = self.saved[field.language][field.part]
            if field.text not in (field.shown, saved) and field.shown != saved:
                # The editor sees it now; saving again replaces it.
                field.shown = saved
                field.error = str(
                    gettext("Somebody has changed it meanwhile to “%(text)s”. To keep yours, save again.", text=saved)
                )
            elif field.text == field.shown:
                field.text = saved
            else:
                field.error = find_problem(field.part, field.text) or find_wrong_alphabet(
                    field.part, field.text, field.language
                )
        return not self.errors

    def of(self, language: str) -> list[EmailTextField]:
        """The fields of a language."""
        return [field for field in self.fields if field.language == language]

    def previews(self, language: str) -> Iterator[tuple[str, str, str]]:
        """When each e-mail is sent, its subject and its text, in a language, as the form has them."""
        texts = {field.part: field.text for field in self.of(language)}
        for template in SignerEmail:
            yield str(PARTS[template].label), texts["subject"], preview(template, language, texts)

    def save(self) -> None:
        """Save the texts that have changed."""
        changed = [it for it in self.fields if it.text != self.saved[it.language][it.part]]
        set_email_texts({(it.language, it.part): "" if it.text == it.default else it.text for it in changed})


@retry_transaction
def set_email_texts(texts: Mapping[tuple[str, str], str]) -> None:
    """Set the texts of parts, each given by its language and its name; an empty one means the default text."""
    with write_transaction():
        for (language, part), text in sorted(texts.items()):
            if text:
                values: dict[str, Any] = {"language": language, "part": part, "text": text}
                statement = upsert(EmailText).values(**values)
                db.session.execute(
                    statement.on_conflict_do_update(index_elements=["language", "part"], set_={"text": text})
                )
            else:
                same = (EmailText.language == language, EmailText.part == part)
                db.session.execute(delete(EmailText).where(*same))
            record(action="edit-email-text", object_type="petitions", locale=language, field=part, after=text)


def _normalize(text: str) -> str:
    # Word processors separate lines with other characters than browsers do.
    return drop_invisible_characters("\n".join(text.splitlines())).strip()
