"""Whether a page that was read again says something else than before: an edit, or only what changes by itself."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.article.wording import tokens
from monitor.model import Article, Document, Quality
from monitor.text.urls import canonical_url

_COUNTED = r"(?:views?|reads?|shares?|comments?|likes?|reactions?|readers|watching)"
_COUNTER = re.compile(
    rf"(?:\d[\d.,]{{0,12}}[km]? {_COUNTED}(?: now)?|{_COUNTED} ?[:(]? ?\d[\d.,]{{0,12}}[km]?\)?"
    r"|(?:\d{1,3}|an?|one) (?:sec(?:ond)?|min(?:ute)?|hour|hr|day)s? (?:ago|read)"
    r"|(?:last )?(?:updated|modified)\b[^.!?]{0,60})",
    re.IGNORECASE,
)
_WHOLE = frozenset({Quality.FULL, Quality.FOREIGN})
_POOR = frozenset({Quality.EMPTY, Quality.NOT_HTML, Quality.BOILERPLATE, Quality.PAYWALLED})
_SHINGLE = 3  # words
_ALIKE = 0.1  # of the shorter text's shingles: what stands at the target of a redirect is still the article


class Edit(StrEnum):
    """What a page that was read again brought; only TEXT and TITLE are revisions."""

    TEXT = "text"
    TITLE = "title"
    SAME_TEXT = "same-text"
    COUNTER = "counter-only"
    WORSE = "page-worse"  # a wall, a shell or a notice stands where the article was
    ANOTHER_PAGE = "another-page"  # it leads to a front page or the like


REVISIONS = frozenset({Edit.TEXT, Edit.TITLE})


def find_edit(before: Article, after: Document, final_url: str) -> Edit:
    """Compare an article with its page as it is now, without regard to whitespace.

    Counters of readers and "updated … ago" lines are no edits; a figure in a sentence is one. `final_url` is where the
    page was found after all redirects.
    """
    if after.quality in _POOR or (before.quality in _WHOLE and after.quality not in _WHOLE):
        return Edit.WORSE
    if _words(before.text) == _words(after.text):
        return Edit.TITLE if after.title and _words(after.title) != _words(before.title) else Edit.SAME_TEXT
    if _moved(before.url, final_url) and not _alike(before.text, after.text):
        return Edit.ANOTHER_PAGE
    return Edit.COUNTER if _without_counters(before.text) == _without_counters(after.text) else Edit.TEXT


def _words(text: str) -> str:
    return " ".join(text.split())


def _without_counters(text: str) -> str:
    return _words("\n".join(line for line in text.splitlines() if not _COUNTER.fullmatch(_words(line))))


def _moved(url: str, final_url: str) -> bool:
    return canonical_url(url) != canonical_url(final_url)


def _alike(one: str, other: str) -> bool:
    first, second = _shingles(one), _shingles(other)
    fewest = min(len(first), len(second))
    return fewest > 0 and len(first & second) >= _ALIKE * fewest


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = tokens(text)
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
