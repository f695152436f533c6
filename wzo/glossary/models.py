"""The glossary: words of prison and of the law that readers may not know."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.publication import PublishableText


class GlossaryTerm(Base):
    """A term; texts refer to it by its slug, as in `[SIZO](term:sizo)`."""

    __tablename__ = "glossary_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]


class GlossaryTermText(PublishableText, Base):
    """`title` is the term, `body` its definition, `full_form` the long form of an abbreviation."""

    __tablename__ = "glossary_term_texts"

    term_id: Mapped[int] = mapped_column(ForeignKey("glossary_terms.id", ondelete="CASCADE"), primary_key=True)
    full_form: Mapped[str] = mapped_column(default="")
