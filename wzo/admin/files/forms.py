"""The form of a file's titles, and of the captions and the transcript of a recording."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from wzo.files.checking.captions import clean_captions
from wzo.files.checking.refusals import FileRefused

TITLE = lazy_gettext("Title of the file")
CAPTIONS = lazy_gettext("Captions (WebVTT or SRT)")
TRANSCRIPT = lazy_gettext("Transcript")
LONG = Length(max=500_000)


def _check_captions(form: FlaskForm, field: TextAreaField) -> None:
    try:
        field.data = clean_captions(field.data or "")
    except FileRefused as refused:
        raise ValidationError(str(refused)) from refused


class DescribeFileForm(FlaskForm):  # type: ignore[misc]
    """A file's title in each language and, of a recording, its captions and its transcript."""

    title_ru = StringField(TITLE, [Length(max=300)])
    title_en = StringField(TITLE, [Length(max=300)])
    captions_ru = TextAreaField(CAPTIONS, [_check_captions])
    captions_en = TextAreaField(CAPTIONS, [_check_captions])
    transcript_ru = TextAreaField(TRANSCRIPT, [LONG])
    transcript_en = TextAreaField(TRANSCRIPT, [LONG])
