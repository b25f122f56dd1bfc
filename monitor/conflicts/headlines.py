"""What a conflict is called: a short neutral question, and each position's answer in a line.

A question is put together from what both claims say: thing counted or held, event, place and day. A part is used only
where the words bear it out, since a misread subject makes a broken headline; where none does, the question quotes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.conflicts.phrases import name_of, plural, said_by, said_in, short, words
from monitor.model import Claim, ConflictKind, Factuality, Frame

LONGEST = 110  # characters of a question
LONGEST_ANSWER = 130
_LONGEST_PLACE = 40
_LONGEST_THING = 4  # words
_NEAR = 40  # characters between a figure and the noun that it counts
_DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")


def question(kind: ConflictKind, claims: Sequence[Claim]) -> str:
    """Return the question that two conflicting claims answer, in at most `LONGEST` characters."""
    asked = _ASKERS.get(kind, _none)(claims)
    if asked is None or len(asked) > LONGEST:
        return _quoted(kind, claims)
    return asked[:1].upper() + asked[1:]


def answer(claim: Claim, kind: ConflictKind) -> str:
    """Return one side in a line: who says it, and the figure or the words."""
    who = name_of(claim)
    figure = _figure(claim) if kind is ConflictKind.COUNT and not claim.negated else None
    told = figure or short(said_by(who, claim.quote), LONGEST_ANSWER - len(who) - 2)
    return short_line(f"{who}: {told}")


def short_line(text: str) -> str:
    """Return a line of at most `LONGEST_ANSWER` characters."""
    return text if len(text) <= LONGEST_ANSWER else text[: LONGEST_ANSWER - 1].rsplit(" ", 1)[0] + "…"


# --- questions by kind -----------------------------------------------------------------------------------------------


def _count(claims: Sequence[Claim]) -> str | None:
    lead = next((claim for claim in claims if claim.quantity is not None), None)
    if lead is None or lead.quantity is None:
        return None
    where, day = _where(claims), _day(claims)
    figures = words()["figures"].get(lead.frame.value, {})
    asked = figures.get(lead.measure, figures.get(""))
    if asked:
        return str(asked).format(where=where)
    found = next((counts for claim in claims if (counts := _counts(claim))), None)
    if found is None or lead.quantity.unit:
        return None
    counted, preposition = found
    placed = _at(where) if preposition == "in" else f"{preposition} {where}"
    return f"How many {counted} {placed}{day}?"


def _control(claims: Sequence[Claim]) -> str | None:
    place = _place(claims)
    if place:
        return f"Who holds {place}?"
    thing = _thing(claims)
    return f"Who holds {thing[0]} in {_where(claims)}?" if thing else None


def _responsibility(claims: Sequence[Claim]) -> str | None:
    place, event = _place(claims), _event(claims)
    cause = any(claim.measure == "cause" for claim in claims)
    if place and not cause and any(_struck(claim, place) for claim in claims):
        return f"Who struck {place}?"
    if event is None:
        return None
    deliberate = not cause and event in {*words()["attacks"], *words()["violence"]}
    return f"{'Who was behind' if deliberate else 'What caused'} the {event} {_at(_where(claims))}?"


def _outcome(claims: Sequence[Claim]) -> str | None:
    if any(claim.frame is Frame.ELECTION and claim.answer == "won" for claim in claims):
        return f"Who won the vote in {_where(claims)}?"
    event = _event(claims)
    if event is None or event not in words()["attacks"] or not any(claim.frame is Frame.ATTACK for claim in claims):
        return None
    return f"What came of the {event} {_at(_where(claims))}?"


def _status(claims: Sequence[Claim]) -> str | None:
    accord = next((noun for noun in words()["accords"] if any(said_in(noun, claim.quote) for claim in claims)), None)
    if accord and any(claim.frame is Frame.AGREEMENT for claim in claims):
        held = any(claim.answer in {"in-force", "violated", "ended"} for claim in claims)
        return (
            f"Does the {accord} {_at(_where(claims))} hold?" if held else f"Is there a {accord} {_at(_where(claims))}?"
        )
    return _state(claims)


def _state(claims: Sequence[Claim]) -> str | None:
    answers, where = {claim.answer for claim in claims if claim.answer}, _where(claims)
    known, asked = next(((known, text) for known, text in words()["states"] if answers & set(known)), ((), None))
    if asked is None:
        return None
    if "{it}" not in asked:
        return str(asked).format(**{"is": "is", "where": where})
    thing = _thing([claim for claim in claims if claim.answer in known])
    if thing is None:
        return None
    named = thing[0] if thing[0][:1].isupper() else f"{thing[0]} {_at(where)}"
    return str(asked).format(**{"is": "are" if thing[1] else "is", "it": named, "where": where})


def _time(claims: Sequence[Claim]) -> str | None:
    event = _event(claims)
    return f"When was the {event} {_at(_where(claims))}?" if event else None


def _site(claims: Sequence[Claim]) -> str | None:
    event = _event(claims)
    return f"Where was the {event} in {_region(claims)}?" if event else None


def _none(claims: Sequence[Claim]) -> str | None:
    del claims
    return None


_ASKERS = {
    ConflictKind.COUNT: _count,
    ConflictKind.CONTROL: _control,
    ConflictKind.RESPONSIBILITY: _responsibility,
    ConflictKind.OUTCOME: _outcome,
    ConflictKind.STATUS: _status,
    ConflictKind.TIME: _time,
    ConflictKind.PLACE: _site,
}


def _quoted(kind: ConflictKind, claims: Sequence[Claim]) -> str:
    """Ask by quoting the side that asserts, and say what the other does: deny it, or tell it otherwise."""
    said = [claim for claim in claims if not _denies(claim)]
    lead = min(said or claims, key=lambda claim: (claim.order == 0, len(claim.quote) < 20, len(claim.quote), claim.id))
    denied = bool(said) and len(said) < len(claims)
    where, end = _where(claims), "denied" if denied else "disputed"
    head = (
        f"Did it happen {_at(where)}" if denied and kind is ConflictKind.OCCURRENCE else where[:1].upper() + where[1:]
    )
    return f"{head}: “{short(lead.quote, LONGEST - len(head) - len(end) - 7)}” — {end}"


def _denies(claim: Claim) -> bool:
    return claim.factuality is Factuality.DENIED or claim.negated


# --- the parts of a question -----------------------------------------------------------------------------------------


def _region(claims: Sequence[Claim]) -> str:
    return short(claims[0].region, _LONGEST_PLACE)


def _place(claims: Sequence[Claim]) -> str | None:
    """The place that both are about: one that a sentence names itself, and that the other does not contradict."""
    named = [claim.place for claim in claims if claim.place and (claim.place in claim.places or not claim.places)]
    told = [p for p in named if any(p in claim.places or p in claim.sentence for claim in claims)]
    # Carried over from a sentence before, a place counts where every claim carries it.
    told = told or [p for p in named if all(claim.place == p for claim in claims)]
    return told[0] if told and len(set(told)) == 1 and len(told[0]) <= _LONGEST_PLACE else None


def _where(claims: Sequence[Claim]) -> str:
    return _place(claims) or _region(claims)


def _at(where: str) -> str:
    """A place behind its preposition: "in Derna", "at Tolmin bridge", "on Saro Island"."""
    found = set(where.lower().split())
    if found & set(words()["at"]):
        return f"at {where}"
    return f"on {where}" if found & set(words()["on"]) else f"in {where}"


def _day(claims: Sequence[Claim]) -> str:
    """The day of the week that both speak of."""
    days = [_DAY.search(claim.event_time.text) if claim.event_time else None for claim in claims]
    found = {match.group() for match in days if match}
    return f" on {found.pop()}" if len(found) == 1 and all(days) else ""


def _counts(claim: Claim) -> tuple[str, str] | None:
    """What a figure counts, in words, and the preposition before its place; None where its noun is not certain."""
    known = words()["counts"].get(claim.frame.value, {}).get(claim.measure)
    written = _written(claim)
    noun = written.split()[-1] if written and claim.subject else None
    noun = noun if noun is not None and claim.subject and noun == plural(claim.subject) else None
    if known is None:
        return (noun, "in") if noun else None
    if _of_people(claim) and claim.frame is Frame.CASUALTIES:
        return known[0], known[1]
    noun = noun or ("people" if _of_people(claim) and claim.frame is Frame.PEOPLE else None)
    return (f"{noun} {known[0]}", known[1]) if noun else None


def _of_people(claim: Claim) -> bool:
    return claim.subject in {None, "", "people", "person"}


def _figure(claim: Claim) -> str | None:
    """A figure as an answer: "at least 12 killed", "41 attack drones shot down"; None where its noun is not certain."""
    if claim.quantity is None or not claim.quantity.high:
        return None
    known = words()["counts"].get(claim.frame.value, {}).get(claim.measure)
    asked = words()["figures"].get(claim.frame.value)
    if asked or (known and _of_people(claim) and claim.frame is Frame.CASUALTIES):
        return " ".join(part for part in (claim.quantity.text, known[0] if known and not asked else "") if part)
    written = _written(claim)
    return " ".join(part for part in (written, known[0] if known else "") if part) if written else None


def _written(claim: Claim) -> str | None:
    """The figure and the noun that it counts as the quote writes them, where the one is close behind the other."""
    if not claim.subject or claim.quantity is None or not re.fullmatch(r"[a-z][a-z\- ]+", claim.subject):
        return None
    start = claim.quote.lower().find(claim.quantity.text.lower())
    if start < 0:
        return None
    end = start + len(claim.quantity.text)
    match = said_in(claim.subject, re.split(r"[.,;:()—–]", claim.quote[end : end + _NEAR])[0])
    return claim.quote[start : end + match.end()].strip() if match else None


def _event(claims: Sequence[Claim]) -> str | None:
    """The happening that both name, else the one that either does."""
    named = [{noun for noun in words()["events"] if said_in(noun, claim.quote)} for claim in claims]
    for nouns in (set.intersection(*named), set.union(*named)):
        if nouns:
            return next(str(noun) for noun in words()["events"] if noun in nouns)
    return None


def _thing(claims: Sequence[Claim]) -> tuple[str, bool] | None:
    """What a claim is about as its quote writes it, with an article, and whether it is several."""
    for claim in claims:
        for part in (claim.target, claim.subject):
            if not part or len(part.split()) > _LONGEST_THING or not re.fullmatch(r"[\w' -]+", part):
                continue
            match = said_in(part, claim.quote)
            if match and match.group().lower() not in words()["dangling"]:
                several = match.group().lower() == plural(part)
                written = match.group() if match.start() else match.group()[:1].lower() + match.group()[1:]
                return (written if written[:1].isupper() else f"the {written}"), several
    return None


def _struck(claim: Claim, place: str) -> bool:
    verbs, ways = "|".join(words()["struck"]), "from|by|near|over|towards?|for|at|with"
    between = rf"(?:(?!\b(?:{ways})\b)[^.,;]){{0,{_NEAR}}}?"
    return bool(re.search(rf"\b(?:{verbs})\b{between}\b{re.escape(place)}\b", claim.quote, re.IGNORECASE))
