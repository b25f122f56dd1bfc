"""Quotes in their paragraph, and an article's text cut at the edges of its claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.model import Article, Claim

LONGEST = 900  # characters of a paragraph that are shown around a quote


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote with what stands before and after it. `lost` when the article no longer has it at its place."""

    before: str
    quote: str
    after: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text and the claims (by number, from 1) whose quotes cover it."""

    text: str
    claims: tuple[int, ...] = ()


def excerpt(claim: Claim, texts: tuple[str, str] | None) -> Excerpt:
    """Return a claim's quote in its paragraph; `texts` are the article's title and text as they were tagged."""
    text = "" if texts is None else texts[0] if claim.field == "title" else texts[1]
    if text[claim.start : claim.end] != claim.quote:
        head, _, tail = claim.sentence.partition(claim.quote)
        return Excerpt(head if tail or head != claim.sentence else "", claim.quote, tail, lost=True)
    start = text.rfind("\n", 0, claim.start) + 1
    end = text.find("\n", claim.end)
    before, after = text[start : claim.start], text[claim.end : end if end >= 0 else len(text)]
    spare = max(LONGEST - len(claim.quote), 200) // 2
    return Excerpt(_tail(before, spare), claim.quote, _head(after, spare))


def _tail(text: str, most: int) -> str:
    return text if len(text) <= most else "… " + text[-most:].split(" ", 1)[-1]


def _head(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def marked(article: Article, field: str, claims: Sequence[Claim]) -> Iterator[list[Piece]]:
    """Yield the paragraphs of a field, each cut where claims begin or end; claims are numbered as they are given."""
    text: str = getattr(article, field)
    spans = [
        (n, c.start, c.end) for n, c in enumerate(claims, 1) if c.field == field and text[c.start : c.end] == c.quote
    ]
    at = 0
    for paragraph in text.split("\n"):
        start, end = at, at + len(paragraph)
        at = end + 1
        if paragraph.strip():
            yield list(_pieces(text, start, end, [span for span in spans if span[1] < end and span[2] > start]))


def _pieces(text: str, start: int, end: int, spans: list[tuple[int, int, int]]) -> Iterator[Piece]:
    edges = {start, end, *(edge for _, a, b in spans for edge in (a, b) if start < edge < end)}
    points = sorted(edges)
    for left, right in pairwise(points):
        yield Piece(text[left:right], tuple(number for number, a, b in spans if a <= left and b >= right))
