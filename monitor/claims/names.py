"""Spellings of a place name that follow from how languages are written in Latin letters.

Rules rewrite a folded name (see `monitor.text.folding`); each spelling that a rule gives is tried by the other rules
too, up to a bound. Only long words are rewritten, so that no short English word turns into a place. Well-known names
that no rule gives (Kyiv/Kiev) are rows of `exonyms.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from monitor.claims.gazetteer import rows
from monitor.text.folding import fold_name

_MOST_SPELLINGS = 32
_SHORTEST_WORD = 5  # letters that a word must have to be respelt
_ADJECTIVE = "(?:sky|skii|skyi|skiy|ski|skyy)"

# (pattern, replacements): where the pattern is found in a word, each replacement gives another spelling.
_RULES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), tuple(others.split()))
    for pattern, others in (
        (_ADJECTIVE + r"\b", "sky skii skyi skiy ski"),
        (r"(?<=sk)(?:oye|oe|oje|oie|e)\b", "oye oe oje e"),
        (r"(?<=[nlvr])(?:oye|oe|oje)\b", "oye oe oje"),
        (r"(?<=[a-z]{3})(?:aya|aja|aia)\b", "aya aja aia a"),
        (r"(?<=[a-z]{3})iv(?=ka\b|\b)", "iv ov"),
        (r"(?<=[a-z]{3})ov(?=ka\b|\b)", "ov iv"),
        (r"(?<=[aeiouy])(?:evka|yevka)\b", "evka yevka ivka iivka"),
        (r"(?<=[a-z]{3})(?:yn|in)(?=[aeo]?\b)", "yn in"),
        (r"kh", "kh h"),
        (r"\bh(?=[aeiou])", "h kh"),
        (r"\bk(?=[aou])", "k q"),
        (r"(?<=[bdfgklmnprst])u(?=[bdfgklmnprst][aeiou])", "u ou"),
        (r"\bq", "q k"),
        (r"(?<=[a-z])q(?!u)", "q k"),
        (r"ou(?=[a-z])", "ou u"),
        (r"(?<=[bcdfghjklmnpqrstvz])y(?=[bcdfghjklmnpqrstvz])", "y i"),
        (r"iy|yi|ii|(?<=[bcdfghjklmnpqrstvz])y\b", "iy yi ii y i"),
        (r"(?<=[aeou])i(?=[aeou])", "i y"),
        (r"(?<=[aeou])y(?=[aeou])", "y i"),
        (r"(?<=[bdflmnprstvz])[yi]u(?=[a-z])", "yu iu"),
        (r"dzh|dj|j(?=[aiou])", "dzh dj j"),
        (r"dh(?=[a-z])", "dh d"),
        (r"tz", "tz ts"),
        (r"(?<=[aeiou])([bdfklmnprstz])\1(?=[aeiouy])", r"\1\1 \1"),
        (r"ei(?=[a-z])|ey(?=[bcdfghjklmnpqrstvz])|ay(?=[bcdfghjklmnpqrstvz])", "ei ey ay"),
        (r"\bye|\be", "ye e"),
    )
)
_ARTICLE = re.compile(r"\b(?:al|el|ad|ed|ash|esh|as|es|ar|er|an|en|at|et|az|ez|ul) (?=[a-z]{3})")
_ARTICLES = ("al ", "el ")
_PREFIXES = (("bolshoye", "bolshoe", "bolshoje", "velyke", "velikoye"), ("bolshaya", "velyka", "bolshaja"),
             ("novaya", "nova"), ("novoye", "novoe", "nove"), ("malaya", "mala", "malaja"), ("maloye", "maloe", "male"),
             ("krasnoye", "krasnoe", "krasne"), ("staraya", "stara"), ("staroye", "staroe", "stare"),
             ("verkhnyaya", "verkhnia", "verkhnya"), ("nizhnyaya", "nyzhnia", "nizhnyaia"),
             ("saint", "st", "st."), ("mount", "mt", "mt."), ("fort", "ft", "ft."), ("chasiv", "chasov"))  # fmt: skip


def spellings(name: str) -> set[str]:
    """Return folded spellings of `name` that are not its own folded form, without its exonyms."""
    own = fold_name(name)
    found: dict[str, None] = {own: None}
    for current in _growing(found):
        for other in (*_articles(current), *_first_words(current), *_respelt(current)):
            if len(found) >= _MOST_SPELLINGS:
                break
            found.setdefault(other, None)
    return set(found) - {own}


def _growing(found: dict[str, None]) -> Iterator[str]:
    """Yield the keys of `found`, those added while it is read included."""
    done = 0
    while done < len(found):
        yield list(found)[done]
        done += 1


def _articles(name: str) -> Iterator[str]:
    """Vary an Arabic article: al-Bab, el-Bab, Al Bab, and the assimilated ash-Shaykh; drop it only from long names."""
    for match in _ARTICLE.finditer(name):
        rest = name[match.end() :]
        assimilated = rest[0] if rest[0] in "drstzn" else ""
        forms = [*_ARTICLES, *((f"a{assimilated} ", f"e{assimilated} ") if assimilated else ())]
        if rest.startswith("sh"):
            forms += ["ash ", "esh "]
        for form in forms:
            yield name[: match.start()] + form + rest


def _first_words(name: str) -> Iterator[str]:
    first, _, rest = name.partition(" ")
    if not rest:
        return
    for group in _PREFIXES:
        if first in group:
            yield from (f"{other} {rest}" for other in group)


def _respelt(name: str) -> Iterator[str]:
    words = name.split(" ")
    for index, word in enumerate(words):
        if len(word) < _SHORTEST_WORD or not word.isascii():
            continue
        for other in _respelt_word(word):
            if len(other) >= _SHORTEST_WORD - 1:
                yield " ".join([*words[:index], other, *words[index + 1 :]])


def _respelt_word(word: str) -> Iterator[str]:
    for pattern, others in _RULES:
        for match in pattern.finditer(word):
            for other in others:
                text = match.expand(other)
                if text != match.group():
                    yield word[: match.start()] + text + word[match.end() :]


@cache
def exonyms() -> dict[str, frozenset[str]]:
    """Folded name → the other well-known names of the same place, as written."""
    table: dict[str, frozenset[str]] = {}
    for row in rows("exonyms.tsv"):
        for name in row:
            table[fold_name(name)] = table.get(fold_name(name), frozenset()) | (set(row) - {name})
    return table


def other_names(name: str) -> frozenset[str]:
    """Return the well-known other names of `name`: Kiev for Kyiv."""
    return exonyms().get(fold_name(name), frozenset())
