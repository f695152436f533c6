"""The form of a picture's description."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

OF_HUNDRED = lazy_gettext("Enter a whole number from 0 to 100.")


class DescribePictureForm(FlaskForm):  # type: ignore[misc]
    """A picture's credit and focal point, and its alternative text and caption in each language."""

    credit = StringField(lazy_gettext("Credit"), [Length(max=300)])
    decorative = BooleanField(lazy_gettext("Decorative: no description needed"))
    focus_x = IntegerField(
        lazy_gettext("From the left, per cent"), [InputRequired(OF_HUNDRED), NumberRange(0, 100, OF_HUNDRED)]
    )
    focus_y = IntegerField(
        lazy_gettext("From the top, per cent"), [InputRequired(OF_HUNDRED), NumberRange(0, 100, OF_HUNDRED)]
    )
    alt_ru = StringField(lazy_gettext("Picture description (alternative text)"), [Length(max=1000)])
    alt_en = StringField(lazy_gettext("Picture description (alternative text)"), [Length(max=1000)])
    caption_ru = StringField(lazy_gettext("Caption"), [Length(max=1000)])
    caption_en = StringField(lazy_gettext("Caption"), [Length(max=1000)])
