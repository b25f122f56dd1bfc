"""spaCy's attribute ruler with the same rules, by table instead of by matcher.

A rule of the English pipelines looks at a token's tag, form and dependency (a few at two tokens); its outcome is
remembered for each such triple. The stock component runs a matcher of 179 patterns over every token, which takes 30 %
of the whole parse. `faster` replaces it where every rule is understood, and leaves it where one is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Token

Check = Callable[[str], bool]
_READ: dict[str, Callable[[Token], str]] = {
    "TAG": lambda token: token.tag_,
    "LOWER": lambda token: token.lower_,
    "DEP": lambda token: token.dep_,
    "IS_SPACE": lambda token: str(token.is_space),
}
_SET = frozenset({"POS", "MORPH", "LEMMA", "DEP", "TAG"})


class _Unknown(ValueError):
    """A rule of a kind that this module does not read."""


@dataclass(frozen=True, slots=True)
class _Rule:
    checks: tuple[tuple[tuple[str, Check], ...], ...]  # one tuple a token
    index: int
    attrs: Mapping[str, str]


class AttributeTable:
    """A pipeline component: sets part of speech, morphology and lemma as the ruler that it was made from."""

    def __init__(self, rules: Iterable[_Rule]) -> None:
        every = list(rules)
        self._single = [(n, r) for n, r in enumerate(every) if len(r.checks) == 1]
        self._longer = [(n, r) for n, r in enumerate(every) if len(r.checks) > 1]
        self._known: dict[tuple[int, int, int], list[tuple[int, Mapping[str, str]]]] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a document in place; of two rules for one token the later one counts."""
        starts = self._starts(doc)
        found = [self._of(token) for token in doc]
        for at in starts:
            for number, rule in self._longer:
                if _matches(doc, at, rule):
                    found[at + rule.index] = [*found[at + rule.index], (number, rule.attrs)]
        for token, outcome in zip(doc, found, strict=True):
            for _, attrs in sorted(outcome, key=lambda pair: pair[0]) if len(outcome) > 1 else outcome:
                _annotate(token, attrs)
        return doc

    def looks_further(self, doc: Doc) -> bool:
        """Tell whether a document has a token from which a rule may look at the next one too."""
        return any(_begins(token) for token in doc)

    def _of(self, token: Token) -> list[tuple[int, Mapping[str, str]]]:
        key = (token.tag, token.lower, token.dep)
        known = self._known.get(key)
        if known is None:
            known = [(n, r.attrs) for n, r in self._single if all(check(_READ[k](token)) for k, check in r.checks[0])]
            if len(self._known) < 100_000:
                self._known[key] = known
        return known

    def _starts(self, doc: Doc) -> list[int]:
        return [at for at, token in enumerate(doc) if at + 1 < len(doc) and _begins(token)]


def _begins(token: Token) -> bool:
    return token.dep_ == "expl" or token.lower_ in _CONTRACTED


_CONTRACTED = frozenset({"ai", "gon", "got", "let", "c'm", "y'", "y"})


def faster(nlp: Language) -> Language:
    """Replace a pipeline's attribute ruler by its table, if every one of its rules can be read."""
    if "attribute_ruler" not in nlp.pipe_names:
        return nlp
    try:
        table = AttributeTable(_rules(nlp.get_pipe("attribute_ruler").patterns))  # type: ignore[attr-defined]
    except _Unknown:
        return nlp
    at = nlp.pipe_names.index("attribute_ruler")
    nlp._components = [  # the public way, `replace_pipe`, would have to serialise the table
        (name, table if n == at else pipe) for n, (name, pipe) in enumerate(nlp._components)
    ]
    return nlp


def _rules(patterns: Iterable[Mapping[str, Any]]) -> Iterable[_Rule]:
    for raw in patterns:
        if not _SET.issuperset(raw["attrs"]):
            raise _Unknown(str(raw["attrs"]))
        for pattern in raw["patterns"]:
            rule = _Rule(tuple(_checks(spec) for spec in pattern), raw["index"], raw["attrs"])
            if len(pattern) > 1 and not _starts_known(pattern[0]):
                raise _Unknown(str(pattern))
            yield rule


def _starts_known(first: Mapping[str, Any]) -> bool:
    lower = first.get("LOWER")
    return first.get("DEP") == "expl" or isinstance(lower, dict) or lower in _CONTRACTED


def _checks(spec: Mapping[str, Any]) -> tuple[tuple[str, Check], ...]:
    return tuple((key, _check(key, value)) for key, value in spec.items())


def _check(key: str, value: Any) -> Check:
    if key not in _READ:
        raise _Unknown(key)
    if isinstance(value, (str, bool)):
        wanted = str(value)
        return lambda given: given == wanted
    if set(value) == {"IN"}:
        some = frozenset(value["IN"])
        return lambda given: given in some
    if set(value) == {"NOT_IN"}:
        none = frozenset(value["NOT_IN"])
        return lambda given: given not in none
    if set(value) == {"REGEX"}:
        shape = re.compile(value["REGEX"])
        return lambda given: shape.search(given) is not None
    raise _Unknown(str(value))


def _matches(doc: Doc, at: int, rule: _Rule) -> bool:
    if at + len(rule.checks) > len(doc):
        return False
    return all(check(_READ[key](doc[at + n])) for n, checks in enumerate(rule.checks) for key, check in checks)


def _annotate(token: Token, attrs: Mapping[str, str]) -> None:
    for name, value in attrs.items():
        if name == "POS":
            token.pos_ = value
        elif name == "MORPH":
            token.set_morph(value)  # type: ignore[attr-defined]
        elif name == "LEMMA":
            token.lemma_ = value
        elif name == "DEP":
            token.dep_ = value
        else:
            token.tag_ = value
