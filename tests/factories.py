"""Objects to test with, created as the site creates them."""

from datetime import date
from typing import Any

import factory
from factory.alchemy import SQLAlchemyModelFactory

from wzo.accounts.models import User
from wzo.contact.models import Contact, ContactText
from wzo.directory.models import DirectoryEntry, DirectoryEntryText
from wzo.donate.models import (
    AnnualAccount,
    AnnualAccountText,
    DonationGoal,
    DonationGoalText,
    DonationMethod,
    DonationMethodText,
)
from wzo.extensions import db
from wzo.facts.models import Fact, FactText
from wzo.glossary.models import GlossaryTerm, GlossaryTermText
from wzo.i18n import LANGUAGES
from wzo.mentions.models import Mention, MentionText, mention_members, mention_projects, mention_stories
from wzo.pages.models import Notice, NoticeText, Page, PageText
from wzo.petition.models import (
    Petition,
    PetitionText,
    PetitionThreshold,
    PetitionThresholdText,
    PetitionUpdate,
    PetitionUpdateText,
)
from wzo.projects.models import Project, ProjectText
from wzo.publication import State
from wzo.stories.models import Series, SeriesText, Story, StoryText
from wzo.team.models import Member, MemberText
from wzo.themes.models import Theme, ThemeText
from wzo.timelines.models import Timeline, TimelineText


class Factory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731
        sqlalchemy_session_persistence = "commit"


class LiveFactory(Factory):
    """An object that is committed together with its texts."""

    class Meta:
        abstract = True
        sqlalchemy_session_persistence = "flush"


class PetitionFactory(LiveFactory):
    """An open petition, live in every language."""

    class Meta:
        model = Petition

    slug = factory.Sequence(lambda n: f"petition-{n}")
    position = factory.Sequence(int)

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        for language in LANGUAGES:
            title = {"ru": "Матери не должны сидеть", "en": "Mothers do not belong in prison"}[language]
            db.session.add(
                PetitionText(
                    petition_id=self.id, language=language, state=State.LIVE, title=title, demand=title, author=""
                )
            )
        db.session.commit()


class PetitionUpdateFactory(LiveFactory):
    """An update of a petition, live in every language; `texts__title` and the like set its text in all of them."""

    class Meta:
        model = PetitionUpdate

    day = date(2026, 11, 20)

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": f"News {self.id}", **fields}
            db.session.add(PetitionUpdateText(update_id=self.id, language=language, state=state, **text))
        db.session.commit()


class PetitionThresholdFactory(LiveFactory):
    """A threshold of a petition, live in every language; texts as above."""

    class Meta:
        model = PetitionThreshold

    number = 10_000

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": f"The commissioner must answer {self.id}.", **fields}
            db.session.add(PetitionThresholdText(threshold_id=self.id, language=language, state=state, **text))
        db.session.commit()


class NoticeFactory(LiveFactory):
    """A notice, live in every language; texts as above."""

    class Meta:
        model = Notice

    position = factory.Sequence(int)
    until = None

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": f"Notice {self.id}", **fields}
            db.session.add(NoticeText(notice_id=self.id, language=language, state=state, **text))
        db.session.commit()


class FactFactory(LiveFactory):
    """A fact, live in every language; texts as above."""

    class Meta:
        model = Fact

    slug = factory.Sequence(lambda n: f"fact-{n}")
    position = factory.Sequence(int)

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": f"Fact {self.id}", "figure": "474", "summary": "children were there.", **fields}
            db.session.add(FactText(fact_id=self.id, language=language, state=state, **text))
        db.session.commit()


class TimelineFactory(LiveFactory):
    """A timeline, live in every language; texts as above."""

    class Meta:
        model = Timeline

    slug = factory.Sequence(lambda n: f"timeline-{n}")
    position = factory.Sequence(int)

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": self.slug, "body": "2015-10-13: It happened.", **fields}
            db.session.add(TimelineText(timeline_id=self.id, language=language, state=state, **text))
        db.session.commit()


class PageFactory(LiveFactory):
    """A plain page, live in every language; texts as above."""

    class Meta:
        model = Page

    slug = factory.Sequence(lambda n: f"page-{n}")
    position = factory.Sequence(lambda n: 100 + n)

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": self.slug, "summary": f"About {self.slug}.", "body": "A paragraph.", **fields}
            db.session.add(PageText(page_id=self.id, language=language, state=state, **text))
        db.session.commit()


class GlossaryTermFactory(LiveFactory):
    """A term of the glossary, live in every language; texts as above."""

    class Meta:
        model = GlossaryTerm

    slug = factory.Sequence(lambda n: f"term-{n}")
    position = factory.Sequence(int)

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": self.slug, "body": "A definition.", **fields}
            db.session.add(GlossaryTermText(term_id=self.id, language=language, state=state, **text))
        db.session.commit()


class DirectoryEntryFactory(LiveFactory):
    """An entry of the directory of help, live in every language; texts as above."""

    class Meta:
        model = DirectoryEntry

    slug = factory.Sequence(lambda n: f"entry-{n}")
    position = factory.Sequence(int)
    services = "lawyer"

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": self.slug, "summary": "They help.", **fields}
            db.session.add(DirectoryEntryText(entry_id=self.id, language=language, state=state, **text))
        db.session.commit()


class ContactFactory(LiveFactory):
    """The contact, live in every language; texts as above."""

    class Meta:
        model = Contact

    slug = "contact"

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": "Contact", **fields}
            db.session.add(ContactText(contact_id=self.id, language=language, state=state, **text))
        db.session.commit()


class MentionFactory(LiveFactory):
    """A publication or mention, live in every language; texts as above. what it belongs to as `of__story=story`."""

    class Meta:
        model = Mention

    slug = factory.Sequence(lambda n: f"mention-{n}")
    position = factory.Sequence(int)
    kind = "mention"
    language = "ru"
    url = factory.LazyAttribute(lambda it: f"https://press.example.org/{it.slug}")

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": f"About {self.slug}", "publisher": "The Press", **fields}
            db.session.add(MentionText(mention_id=self.id, language=language, state=state, **text))
        db.session.commit()

    @factory.post_generation
    def of(self, create: bool, extracted: Any, **owners: Any) -> None:
        ties = {"story": mention_stories, "project": mention_projects, "member": mention_members}
        for name, owner in owners.items():
            db.session.execute(ties[name].insert().values({"mention_id": self.id, f"{name}_id": owner.id}))
        db.session.commit()


class ThemeFactory(LiveFactory):
    """A theme, live in every language; texts as above."""

    class Meta:
        model = Theme

    slug = factory.Sequence(lambda n: f"theme-{n}")
    position = factory.Sequence(int)

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            db.session.add(
                ThemeText(theme_id=self.id, language=language, state=state, **{"title": self.slug, **fields})
            )
        db.session.commit()


class SeriesFactory(LiveFactory):
    """A series, live in every language; texts as above."""

    class Meta:
        model = Series

    slug = factory.Sequence(lambda n: f"series-{n}")
    position = factory.Sequence(int)
    cover = "outcasts"

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            db.session.add(
                SeriesText(series_id=self.id, language=language, state=state, **{"title": self.slug, **fields})
            )
        db.session.commit()


class StoryFactory(LiveFactory):
    """A story, live in every language; texts as above."""

    class Meta:
        model = Story

    slug = factory.Sequence(lambda n: f"story-{n}")
    position = factory.Sequence(int)
    format = "text"

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            db.session.add(
                StoryText(story_id=self.id, language=language, state=state, **{"title": self.slug, **fields})
            )
        db.session.commit()


class ProjectFactory(LiveFactory):
    """A project, live in every language; texts as above."""

    class Meta:
        model = Project

    slug = factory.Sequence(lambda n: f"project-{n}")
    position = factory.Sequence(int)
    kind = "special"
    cover = "last-hope"

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": self.slug, "summary": f"About {self.slug}.", "body": "A paragraph.", **fields}
            db.session.add(ProjectText(project_id=self.id, language=language, state=state, **text))
        db.session.commit()


class MemberFactory(LiveFactory):
    """A member of the team, in every language."""

    class Meta:
        model = Member

    slug = factory.Sequence(lambda n: f"member-{n}")
    position = factory.Sequence(int)

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, **fields: Any) -> None:
        for language in LANGUAGES:
            db.session.add(MemberText(member_id=self.id, language=language, **{"name": f"Maria {self.id}", **fields}))
        db.session.commit()


class DonationMethodFactory(LiveFactory):
    """A donation method, live in every language; texts as above. A link by default."""

    class Meta:
        model = DonationMethod

    slug = factory.Sequence(lambda n: f"way-{n}")
    position = factory.Sequence(lambda n: 100 + n)
    kind = "link"

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": self.slug, **fields}
            db.session.add(DonationMethodText(method_id=self.id, language=language, state=state, **text))
        db.session.commit()


class AnnualAccountFactory(LiveFactory):
    """An annual account, live in every language; texts as above."""

    class Meta:
        model = AnnualAccount

    year = 2025
    currency = "EUR"

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": f"The year {self.year}", **fields}
            db.session.add(AnnualAccountText(account_id=self.id, language=language, state=state, **text))
        db.session.commit()


class DonationGoalFactory(LiveFactory):
    """A goal of 2026, live in every language; texts as above."""

    class Meta:
        model = DonationGoal

    amount = 20_000
    currency = "EUR"
    since = date(2026, 1, 1)
    until = None

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, state: str = State.LIVE, **fields: Any) -> None:
        for language in LANGUAGES:
            text = {"title": "For lawyers", **fields}
            db.session.add(DonationGoalText(goal_id=self.id, language=language, state=state, **text))
        db.session.commit()


class UserFactory(Factory):
    """An editor, without a password or a second factor."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"editor-{n}@example.org")
    name = factory.Sequence(lambda n: f"Editor {n}")
    role = "writer"
    language = "en"
