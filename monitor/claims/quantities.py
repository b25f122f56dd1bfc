"""Figures in a sentence: `find_quantities` gives each as an interval with its unit, type and counted noun.

No parser is used: numbers, approximators, units and noun phrases are read by walking over tokens, in linear time.
Approximators become intervals in approximators.py; numbers that count nothing are left out by masks.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.claims.approximators import Before, is_round, read_after, read_before
from monitor.claims.masks import LazyMasks
from monitor.claims.quantity_types import CHANGES, TypeReader
from monitor.claims.units import CELSIUS, MAGNITUDE, PERCENT, Unit, currency_before, read_unit
from monitor.model import Quantity, QuantityType
from monitor.text.nouns import NounPhrase, is_plural, read_noun_phrase
from monitor.text.numbers import (
    HYPHENS,
    Number,
    NumberKind,
    Token,
    is_hyphen,
    key_at,
    may_open,
    read_number,
    tokenize,
    words,
)


@dataclass(frozen=True, slots=True)
class QuantitySpan:
    """A figure at `sentence[start:end]` (approximator, number and unit) and what it counts.

    `noun` is `sentence[noun_start:noun_end]`, empty where no noun follows; `head` its singular head in lower case;
    `modifiers` the lower-case words before the head.
    """

    start: int
    end: int
    quantity: Quantity
    noun: str = ""
    head: str = ""
    modifiers: tuple[str, ...] = ()
    noun_start: int = -1
    noun_end: int = -1


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number with its surroundings, as token positions; `low` and `high` already in `unit`."""

    first: int
    last: int
    low: float
    high: float
    unit: str
    exact: bool
    before: Before
    old: bool = False  # the first of "from 12 to 14"


_NOT_COUNTED_AFTER_NO = words(
    """
    longer more less fewer doubt evidence matter way means sense idea comment reason choice confirmation
    information word sign signs immediate indication indications reports report claim claims plans plan intention
    need question surprise wonder exception problem secret stranger guarantee to in on at of and or the a such is
    was . , ; : independent official further one
    """
)
_ONE_AFTER = words(
    """
    after another day side way thing point time who 's ’s can would could must should that which after
    """
)
_ONE_BEFORE = words("no any every some the this that each which first last next new good big bad")
_TIME_BEFORE = words("past last next previous preceding coming first final recent")
_TIME_AFTER = words("ago later earlier before after prior hence since apart straight")
_SKIPPED = frozenset({"of", '"', "'", "“", "‘", "’s"})
_PARTITIVE = words("the those these them whom which its their his her our")
_HUMAN = words(
    """
    man woman boy girl child baby toddler infant teenager person civilian soldier policeman officer fighter
    militant journalist student pupil pensioner passenger driver pilot nurse doctor medic worker guard gunman
    attacker villager resident migrant refugee prisoner hostage couple
    """
)


def find_quantities(sentence: str, *, indefinite: bool = False) -> list[QuantitySpan]:
    """All figures of `sentence` in order, without overlap; with `indefinite`, "a woman" counts as 1.

    Dates, times, ages, models, addresses, scores and ordinals are left out. Never raises.
    """
    tokens = tokenize(sentence)
    masks = LazyMasks(sentence)
    figures = list(_figures(tokens, masks, indefinite=indefinite))
    if not figures:
        return []
    types = TypeReader(sentence, tokens)
    return [_span(sentence, tokens, figure, types) for figure in figures]


def _figures(tokens: Sequence[Token], masks: LazyMasks, *, indefinite: bool) -> Iterator[_Figure]:
    at, floor = 0, 0
    while at < len(tokens):
        number = _number(tokens, at, indefinite=indefinite) if may_open(tokens[at]) else None
        if number is None or masks.covers(tokens[at].start) or _is_no_count(tokens, number):
            at += 1
            continue
        pair = _pair(tokens, number, masks)
        for figure in pair or [_figure(tokens, number, None)]:
            if figure.first >= floor:
                yield figure
            at = floor = max(at + 1, figure.last)


def _number(tokens: Sequence[Token], at: int, *, indefinite: bool) -> Number | None:
    number = read_number(tokens, at)
    if number is not None:
        return number
    key = tokens[at].key
    if key == "no" and key_at(tokens, at + 1) not in _NOT_COUNTED_AFTER_NO and key_at(tokens, at + 1).isalpha():
        return Number(0, 0, at, at + 1, NumberKind.NONE)
    if indefinite and key in {"a", "an"}:
        phrase = read_noun_phrase(tokens, at + 1, plural=False)
        if phrase is not None and phrase.head in _HUMAN:
            return Number(1, 1, at, at + 1)
    return None


def _is_no_count(tokens: Sequence[Token], number: Number) -> bool:
    """Words that look like numbers: "one another", "the few", "both Kyiv and Moscow", spans of time before "ago"."""
    word, before, after = tokens[number.first].key, key_at(tokens, number.first - 1), key_at(tokens, number.last)
    if word == "one" and number.last == number.first + 1:
        superlative = after == "of" and any(
            key_at(tokens, number.last + i).endswith("est")
            or key_at(tokens, number.last + i) in {"most", "few", "many"}
            for i in range(1, 4)
        )
        # "a long one"
        pronoun = key_at(tokens, number.first - 2) in {"a", "an", "the"} and not after.isalpha()
        return after in _ONE_AFTER or before in _ONE_BEFORE or superlative or pronoun
    if (before == "not" and after == "but") or after in {"o'clock", "o’clock", "past"}:
        return True
    if before == "past":  # "half past six", "the past 24 hours"; but "the toll rose past 100"
        return read_before(tokens, number.first).bound is None
    if word == "few":
        return number.last == number.first + 1
    if word == "both":
        return not after.isalpha() or tokens[number.last].text[0].isupper() or read_phrase(tokens, number.last) is None
    if number.kind is NumberKind.NONE and word == "no" and number.last == number.first + 1:
        return not _is_countable(tokens, number.last)
    return _is_time(tokens, number)


def read_phrase(tokens: Sequence[Token], at: int) -> NounPhrase | None:
    """The counted noun phrase at `at`, over "of", "more" and determiners."""
    return read_noun_phrase(tokens, at, plural=True)


def _is_countable(tokens: Sequence[Token], at: int) -> bool:
    """ "no casualties", "no soldier", but not "no water"."""
    phrase = read_phrase(tokens, at)
    return phrase is not None and (
        phrase.head in _HUMAN or phrase.head in {"death", "injury", "loss"} or is_plural(tokens[phrase.last - 1].key)
    )


def _is_time(tokens: Sequence[Token], number: Number) -> bool:
    unit = read_unit(tokens, number.last)
    if unit is None or unit[0].name != "hours":
        return False
    after = key_at(tokens, unit[1])
    return key_at(tokens, number.first - 1) in _TIME_BEFORE or after in _TIME_AFTER


def _pair(tokens: Sequence[Token], number: Number, masks: LazyMasks) -> list[_Figure] | None:
    """Ranges ("40 to 50", "40-50", "two or three") as one figure; "from 12 to 14" after a verb of change as two."""
    unit = read_unit(tokens, number.last)
    link = unit[1] if unit and key_at(tokens, unit[1]) in {"to", "and"} else number.last
    second = _second(tokens, number, link, masks)
    if second is None:
        return None
    low, high = number.low, second.high
    if number.scale == 1.0 and second.scale >= 1000 and low < second.low / second.scale:
        low *= second.scale
    first = number.first
    money = currency_before(tokens, first)
    lead = key_at(tokens, (money[1] if money else first) - 1)
    if key_at(tokens, link) == "and" and lead != "between":
        return None
    if key_at(tokens, link) == "to" and is_change_before(tokens, first):
        old = _figure(tokens, replace(number, low=low, high=low), None)
        return [replace(old, old=True), _figure(tokens, second, None)]
    if low >= high:
        return None
    return [_figure(tokens, replace(second, low=low, high=high, first=first), number)]


def _second(tokens: Sequence[Token], number: Number, link: int, masks: LazyMasks) -> Number | None:
    if key_at(tokens, link) in {"to", "or", "and"}:
        at = link + 1
    elif link < len(tokens) and (is_hyphen(tokens, link) or tokens[link].text in HYPHENS):
        at = link + 1
        if key_at(tokens, at) == "to":
            at += 1
    else:
        return None
    if at < len(tokens) and tokens[at].text in {"$", "€", "£"}:
        at += 1
    if at >= len(tokens) or masks.covers(tokens[at].start):
        return None
    if key_at(tokens, link) == "or" and number.kind is not NumberKind.CARDINAL:
        return None
    second = read_number(tokens, at)
    return second if second is not None and second.kind in {NumberKind.CARDINAL, number.kind} else None


def is_change_before(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb of change stands within eight tokens before `at`, in the same clause."""
    return any(token.key in CHANGES for token in tokens[max(0, at - 8) : at])


def _figure(tokens: Sequence[Token], number: Number, ranged: Number | None) -> _Figure:
    first, last = number.first, number.last
    money = currency_before(tokens, first)
    unit = Unit(money[0]) if money else None
    if money:
        first = money[1]
    elif (found := _unit_after(tokens, number)) is not None:
        unit, last = found
    if number.kind is NumberKind.SHARE and (unit is None or unit.name != PERCENT):
        unit, last = Unit(PERCENT), number.last
    if unit is None and (named := _scale_before(tokens, first)) is not None:
        unit, first = named
    if ranged is not None and key_at(tokens, first - 1) in {"between", "from"}:
        first -= 1
    low, high, exact, before, last = _interval(tokens, number, first, last, unit, ranged=ranged is not None)
    return _Figure(before.first, last, low, high, unit.name if unit else "", exact, before)


def _unit_after(tokens: Sequence[Token], number: Number) -> tuple[Unit, int] | None:
    found = read_unit(tokens, number.last)
    if found is None:
        if key_at(tokens, number.last) in {"magnitude"} or (
            is_hyphen(tokens, number.last) and key_at(tokens, number.last + 1) == "magnitude"
        ):
            return Unit(MAGNITUDE), number.last + (2 if is_hyphen(tokens, number.last) else 1)
        return None
    word = tokens[found[1] - 1]
    if word.key == "m" and read_noun_phrase(tokens, found[1], plural=True) is not None:
        phrase = read_noun_phrase(tokens, found[1], plural=True)
        if phrase is not None and phrase.head in {"person", "child", "voter", "resident", "refugee", "dollar", "euro"}:
            return Unit("", 1e6), found[1]
    if word.key in {"point", "points"} and not _is_percent_point(tokens, found[1]):
        return None
    return found


def _is_percent_point(tokens: Sequence[Token], end: int) -> bool:
    return key_at(tokens, end - 2) == "percentage"


def _scale_before(tokens: Sequence[Token], first: int) -> tuple[Unit, int] | None:
    """ "magnitude 6.4", "magnitude of 6.4", "category 4", "a 6.4 on the Richter scale"."""
    before = first - 1
    while before > first - 4 and key_at(tokens, before) in {"of", "a", "-", "about", "around"}:
        before -= 1
    key = key_at(tokens, before)
    if key == "magnitude":
        return Unit(MAGNITUDE), (before if before == first - 1 or key_at(tokens, first - 1) in {"-", "of"} else first)
    return (Unit("category"), before) if key == "category" and before == first - 1 else None


def _interval(
    tokens: Sequence[Token], number: Number, first: int, last: int, unit: Unit | None, *, ranged: bool
) -> tuple[float, float, bool, Before, int]:
    before = read_before(tokens, first)
    after = read_after(tokens, last)
    low, high = number.low, number.high
    if number.kind is NumberKind.SHARE and before.bound is not None:
        low = high = (low + high) / 2
    step = 1.0 if unit is None and low == math.floor(low) else 0.0
    bound = before.bound or (after[0] if after else None)
    if bound is not None:
        low, high = bound(low, high, step)
    elif not ranged and not before.strict:
        low, high = _widened(number, unit, low, high)
    exact = low == high
    if after is not None:
        last = after[1]
    if unit is not None:
        sign = -1.0 if unit.name == CELSIUS and _is_minus(tokens, first) else 1.0
        low, high = sorted((sign * low * unit.factor + unit.offset, sign * high * unit.factor + unit.offset))
        if unit.name == PERCENT and math.isinf(high):
            high = max(100.0, low)
        before = replace(before, first=before.first - 1) if sign < 0 and before.first == first else before
    return low, high, exact, before, last


def _is_minus(tokens: Sequence[Token], first: int) -> bool:
    key = key_at(tokens, first - 1)
    return key == "minus" or (key in {"-", "−"} and tokens[first - 1].end == tokens[first].start)


def _widened(number: Number, unit: Unit | None, low: float, high: float) -> tuple[float, float]:
    if low != high or (unit is not None and unit.name in {PERCENT, MAGNITUDE, CELSIUS, "category"}):
        return low, high
    if number.kind is NumberKind.VAGUE:
        spread = 0.1 if number.scale > 20 else 0.15
        return math.floor(low * (1 - spread)), math.ceil(high * (1 + spread))
    return (low * 0.95, high * 1.05) if is_round(low) else (low, high)


def _span(sentence: str, tokens: Sequence[Token], figure: _Figure, types: TypeReader) -> QuantitySpan:
    start, end = tokens[figure.first].start, tokens[figure.last - 1].end
    at, more, definite, other = _skip_to_noun(tokens, figure)
    many = figure.high != 1.0 and figure.unit not in {PERCENT}
    phrase = read_noun_phrase(tokens, at, plural=many)
    if figure.unit and key_at(tokens, at).endswith("ed") and at == figure.last:
        phrase = None  # "62 per cent voted yes"
    type_ = (
        QuantityType.CHANGE
        if figure.old
        else types.read(
            figure.before.first,
            figure.last,
            start,
            end,
            phrase,
            increment=figure.before.increment or more,
            definite=definite and figure.unit == "" and figure.high > 0,
            other=figure.before.other or other or (phrase is not None and phrase.head == "other"),
            unit=figure.unit,
        )
    )
    quantity = Quantity(figure.low, figure.high, sentence[start:end], figure.unit, type_, figure.exact)
    if phrase is None:
        return QuantitySpan(start, end, quantity)
    noun_start, noun_end = tokens[phrase.first].start, tokens[phrase.last - 1].end
    modifiers = tuple(t.key for t in tokens[phrase.first : phrase.last - 1] if t.text[0].isalpha())
    if phrase.head == "casualty" and key_at(tokens, phrase.first) != "casualties":
        modifiers = tuple(m for m in modifiers if m not in {"and", "or"})
    return QuantitySpan(
        start, end, quantity, sentence[noun_start:noun_end], phrase.head, modifiers, noun_start, noun_end
    )


def _skip_to_noun(tokens: Sequence[Token], figure: _Figure) -> tuple[int, bool, bool, bool]:
    """Where the counted noun starts, and whether "more", a definite partitive or "other" was passed."""
    at, more, definite, other = figure.last, False, False, False
    if is_hyphen(tokens, at):
        at += 1
    for _ in range(6):
        key, following = key_at(tokens, at), key_at(tokens, at + 1)
        if key in {"more", "additional", "further", "extra"} and following != "than":
            more = True
        elif key == "other":
            other = True
        elif (key == "of" and (following in _PARTITIVE)) or (key in _PARTITIVE and (key_at(tokens, at - 1) == "of")):
            definite = True
        elif (
            (key in {"were", "are", "was"} and key_at(tokens, at - 1) in {"whom", "which", "them"})
            or key in {"of", '"', "'", "“", "‘", "’s"}
            or (key in {"were", "was", "are"} and _asks_class(tokens, figure))
        ):
            pass
        elif (
            key_at(tokens, at - 1) in {"of", "the"}
            and (inner := read_number(tokens, at) if at < len(tokens) else None) is not None
        ):
            at = inner.last - 1
        else:
            break
        at += 1
    return at, more, definite, other


def _asks_class(tokens: Sequence[Token], figure: _Figure) -> bool:
    """ "of whom four were children"."""
    return key_at(tokens, figure.first - 1) in {"whom", "which", "them"}
