"""html-validate, from npm, which knows which elements and attributes may be where; our own parser sees syntax alone."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).parent
PROGRAM = HERE / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


def find_html_faults(pages: Mapping[str, bytes], folder: Path) -> Iterator[str]:
    """The faults of some pages by their names, which it writes to a folder."""
    names = {str(folder / f"{number}.html"): name for number, name in enumerate(pages)}
    for file, page in zip(names, pages.values(), strict=True):
        Path(file).write_bytes(page)
    command = ["node", PROGRAM, "--config", HERE / "config.json", "--formatter", "json", *names]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    # 1: there are faults.
    assert ended.returncode in (0, 1), ended.stderr
    for result in json.loads(ended.stdout):
        for fault in result["messages"]:
            yield f"{names[result['filePath']]} line {fault['line']}: {fault['message']} ({fault['ruleId']})"
