"""Compiled templates that several applications and processes share."""

from pathlib import Path
from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class CompiledTemplates(FileSystemBytecodeCache):
    """The compiled templates: in memory for all applications of this process, in a folder for all processes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.codes: dict[str, CodeType] = {}

    def use(self) -> None:
        """Let every application that this process creates from now on use them."""
        Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": self}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get(self._get_cache_filename(bucket))
        if bucket.code is None:
            super().load_bytecode(bucket)
            self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        super().dump_bytecode(bucket)
        self._keep(bucket)

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.codes[self._get_cache_filename(bucket)] = bucket.code

    def _get_cache_filename(self, bucket: Bucket) -> str:
        # A template is compiled for each language.
        language = getattr(bucket.environment, "language", None)
        return str(Path(self.directory, f"{bucket.key}-{bucket.checksum}-{language}"))
