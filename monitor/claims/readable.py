"""Sentences as the parser reads them best: reference marks blanked, headlines in capitals put into sentence case.

Every change keeps the length, so that offsets into the parsed text are offsets into the sentence itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from monitor.claims.actors import known_names
from monitor.claims.frames.base import lexicon_words
from monitor.claims.sentences import Sentence
from monitor.claims.speakers import reporting_lists
from monitor.config import Region

_MARK = re.compile(
    r"\[(?:\d{1,3}|[a-z]|note \d{1,2}|citation needed|clarification needed|who\?|when\?|update[sd]?)"
    r"(?:\s?[,;–-]\s?\d{1,3}){0,8}\]",
    re.I,
)
_RAISED = re.compile(r"(?<=[^\W\d_][^\W\d_])[¹²³⁰⁴-⁹]+(?!\w)")
_UNITS_BEFORE = ("km", "cm", "mm", " m")  # "585 km²"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MIDDLE = re.compile(r"(?<=[\w,;] )[A-Z][^\W\d_]+")  # a capital that no sentence's beginning explains
_PLAIN = re.compile(r"(?<![\w'’-])[a-z][^\W\d_]+")
_SHOUTED = 8  # letters from which capitals are shouting and no abbreviation
_READ = 20_000  # characters of an article from which its spelling is learnt
_TITLED = 4  # words of four letters that a headline in title case has at least
_INITIALS = frozenset({"US", "UN", "UK", "EU", "NATO", "UAE", "DRC", "IS", "IDF", "RSF", "SDF", "PKK", "WHO", "IAEA"})
_SMALL = frozenset(
    re.split(
        " ",
        "a an the and or but nor of in on at by for from to with as after before over under into out off up "
        "down near amid against is are was were be been has have had will would can could may might should "
        "not no who what when where why how than then that this these those its his her their our your my it "
        "he she they we you all more most new least dozen dozens hundred hundreds thousand thousands million "
        "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty first "
        "second third says said say during between across about around",
    )
)


def readable(text: str, sentences: Sequence[Sentence], names: frozenset[str]) -> list[Sentence]:
    """Return the sentences of an article with texts for the parser; `names` are words that keep their capital."""
    body = _Body(text)
    return [_with(s, _recased(_unmarked(s.text), s.field == "title", body, names)) for s in sentences]


def names_of(regions: Iterable[Region]) -> frozenset[str]:
    """Return the words, in lower case, of every name that the regions watch."""
    names = (n for r in regions for n in (r.name, *r.aliases, *(x for p in r.places for x in (p.name, *p.aliases))))
    return frozenset(word.lower() for name in names for word in _WORD.findall(name) if word[0].isupper())


class _Body:
    """How an article writes its words; counted once, and only when a headline asks."""

    def __init__(self, text: str) -> None:
        self._text = text[:_READ]

    @cached_property
    def _counts(self) -> tuple[Counter[str], Counter[str]]:
        return Counter(_MIDDLE.findall(self._text)), Counter(_PLAIN.findall(self._text))

    def leaning(self, low: str) -> int:
        """Return how much more often the word has a capital amid a sentence than not."""
        capital, plain = self._counts
        return capital[low.capitalize()] - plain[low]


def _with(sentence: Sentence, text: str) -> Sentence:
    return sentence if text is sentence.text or len(text) != len(sentence.text) else replace(sentence, text=text)


def _unmarked(text: str) -> str:
    """Blank "[3]" and a raised "³" behind a word; "km²" keeps its own."""
    if "[" in text:
        text = _MARK.sub(lambda m: " " * len(m.group()), text)
    if any(c in text for c in "¹²³⁴⁵⁶⁷⁸⁹⁰"):
        text = _RAISED.sub(lambda m: m.group() if _unit(text, m.start()) else " " * len(m.group()), text)
    return text


def _unit(text: str, at: int) -> bool:
    return text[max(0, at - 2) : at].lower() in _UNITS_BEFORE


def _recased(text: str, title: bool, body: _Body, names: frozenset[str]) -> str:
    words = _WORD.findall(text)
    if text.isupper() and sum(map(len, words)) > _SHOUTED and len(words) > 2:
        return _rewrite(text, body, names, shouted=True)
    if title and _title_case(words):
        return _rewrite(text, body, names, shouted=False)
    return text


def _title_case(words: Sequence[str]) -> bool:
    """True when four words in five of four letters or more begin with a capital."""
    long = [w for w in words if len(w) >= 4]
    return len(long) >= _TITLED and sum(w[0].isupper() for w in long) >= 0.8 * len(long)


def _rewrite(text: str, body: _Body, names: frozenset[str], *, shouted: bool) -> str:
    pieces, reached = [], 0
    for number, match in enumerate(_WORD.finditer(text)):
        word, low = match.group(), match.group().lower()
        seen = body.leaning(low)
        keeps = _is_name(low, names) or seen > 0 or (not shouted and seen == 0 and not _common(low))
        pieces += [text[reached : match.start()], _cased(word, low, keeps or number == 0, shouted)]
        reached = match.end()
    return "".join([*pieces, text[reached:]])


def _cased(word: str, low: str, keeps: bool, shouted: bool) -> str:
    if shouted and word in _INITIALS:
        return word
    if len(low) != len(word) or (not shouted and (keeps or not word[1:].islower())):
        return word  # "NATO" in a title keeps its capitals
    return low[:1].upper() + low[1:] if keeps else low


def _is_name(word: str, names: frozenset[str]) -> bool:
    bare = re.sub(r"['’]s?$", "", word)
    return bare in names or (bare in known_names() and bare not in _SMALL)


def _common(word: str) -> bool:
    """True for small words and for any form of a word that a lexicon has."""
    known = _lexical()
    stems = (word, word[:-1], word[:-2], word[:-3], word[:-3] + "e", word[:-3] + "y", word[:-4])
    endings = ("", "s", "es", "ing", "ing", "ies", word[-4:])
    return word in _SMALL or any(
        word.endswith(e) and len(s) > 2 and s in known for s, e in zip(stems, endings, strict=True)
    ) or (word.endswith("ed") and (word[:-1] in known or word[:-2] in known or word[:-3] in known))  # fmt: skip


@lru_cache(maxsize=1)
def _lexical() -> frozenset[str]:
    return lexicon_words() | frozenset().union(*reporting_lists().values())
