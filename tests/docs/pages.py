"""The pages of the documentation, and the fenced blocks in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")), ROOT / "seeds" / "wire" / "README.md"]
_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)|<img[^>]* src=\"([^\"]+)\"|srcset=\"([^\"]+)\"")


@dataclass(frozen=True)
class Block:
    """A fenced block: the page, its first line, its language and its text without indentation."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(language: str) -> list[Block]:
    """Return every block in a language."""
    return [block for page in PAGES for block in _blocks(page) if block.language == language]


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        lines = [line.removeprefix(found[1]) for line in found[3].splitlines()]
        yield Block(page, text[: found.start()].count("\n") + 2, found[2], "\n".join(lines) + "\n")


def commands(block: Block) -> list[str]:
    """Return the command lines of a console block, without prompt and comment."""
    lines = [line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ ")]
    return [re.sub(r"\s+# .*$", "", line).strip() for line in lines]


def links(page: Path) -> list[str]:
    """Return the addresses that a page links to, inside the repository."""
    found = [next(part for part in parts if part) for parts in _LINK.findall(page.read_text(encoding="utf-8"))]
    return [address for address in found if "://" not in address and not address.startswith("mailto:")]
