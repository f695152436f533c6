"""The index of the content objects that use an uploaded file."""

from wzo.files.models import File, FileUse
from wzo.media.reference_index import ReferenceIndex

file_uses = ReferenceIndex(File, FileUse, "file_id")
