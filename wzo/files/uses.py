"""Which content objects use an uploaded file."""

from wzo.files.models import File, FileUse
from wzo.media.uses import Uses

file_uses = Uses(File, FileUse, "file_id")
