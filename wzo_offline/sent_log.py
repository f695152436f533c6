"""The log of the signers to whom a newsletter was sent, by receipt, so that a stopped run goes on where it was."""

import os
from pathlib import Path


class SentLog:
    """Receipts, one per line. Each is on the disk before the next e-mail is sent."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="ascii") if path.exists() else ""
        # A line without its end was cut short by a crash: that e-mail is sent again.
        whole, _, cut = text.rpartition("\n")
        self.receipts = set(whole.split())
        if cut:
            os.truncate(path, len(text) - len(cut))

    def __contains__(self, receipt: str) -> bool:
        return receipt in self.receipts

    def add(self, receipt: str) -> None:
        """Record that an e-mail was handed to the mail server."""
        with self.path.open("a", encoding="ascii") as file:
            file.write(f"{receipt}\n")
            file.flush()
            os.fsync(file.fileno())
        self.receipts.add(receipt)
