"""Case, diacritics, quotes and dashes folded away, with every folded character's place in the original kept."""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache

# Runs that fold character by character, which is most of any English text: words with one space or hyphen between.
_PLAIN = re.compile(r"(?:[A-Za-z0-9.,;:!?()\"\[\]/%&+$#@*=]+[ \n\-]?)+")
_BLANK = str.maketrans("\n-", "  ")
_APOSTROPHES = frozenset("'’‘ʼʹ`´ʻʿʾ′＇")
_DASHES = frozenset("-‐‑‒–—―−_")
# Letters that carry their mark inside the glyph, so that decomposition leaves them whole.
_WHOLE = {
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ħ": "h", "ŧ": "t",
    "ə": "a", "ŋ": "n", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
    "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": "", "ё": "е",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` folded; character i of it came from `origin[i]` of the original, `length` code points long."""

    text: str
    origin: array[int]
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map a folded span to the half-open span of original code points, combining marks included."""
        if start >= end:
            at = self.origin[start] if start < len(self.origin) else self.length
            return at, at
        return self.origin[start], self.origin[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold `text` for matching. Linear in its length."""
    parts: list[str] = []
    origin = array("l")
    at = 0
    while at < len(text):
        run = _PLAIN.match(text, at)
        if run:
            parts.append(run.group().lower().translate(_BLANK))
            origin.extend(range(at, run.end()))
            at = run.end()
            continue
        folded = _fold_char(text[at])
        if folded == " " and parts and parts[-1].endswith(" "):
            folded = ""  # white space between the words of a name may be any
        parts.append(folded)
        origin.extend([at] * len(folded))
        at += 1
    return Folded("".join(parts), origin, len(text))


def fold_name(name: str) -> str:
    """Fold a name as `fold` does, with white space collapsed and trimmed."""
    return " ".join(fold(name).text.split())


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    if char in _APOSTROPHES:
        return ""
    if char in _DASHES or char.isspace():
        return " "
    decomposed = unicodedata.normalize("NFKD", char.casefold())
    kept = (_WHOLE.get(c, c) for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return "".join(kept)
