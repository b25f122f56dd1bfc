"""`counterclaim explain`: what was recognised in an article, what became of a conflict, what is made of two claims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.options import config_option, says_errors
from monitor.cli.shapes import conflict_lines, timestamp
from monitor.errors import InputError

if TYPE_CHECKING:
    from monitor.claims.tagger import Tagged
    from monitor.config import Config
    from monitor.model import Article, Claim, Conflict


@click.command()
@click.argument("what", metavar="FILE|ARTICLE-ID|CONFLICT-ID|CLAIM-ID")
@click.argument("against", required=False, metavar="[ARTICLE-ID|CLAIM-ID]")
@click.option("--articles", "articles_path", metavar="FILE", help="Look among these articles, not in the store.")
@config_option
@says_errors
def explain(what: str, against: str | None, articles_path: str | None, config_path: str) -> None:
    """Show what was read in the articles of a JSON Lines FILE or in a stored article, or a conflict's history.

    With two ids, of claims or articles: why their claims are, or are not, a conflict. The first form prints the ids.
    """
    from monitor.config import load_config

    config = load_config(config_path)
    if against is not None:
        _explain_pairs(what, against, articles_path, config)
        return
    conflict = None if Path(what).is_file() else _conflict(what, config)
    if conflict is not None:
        click.echo("\n".join(history_lines(conflict)))
        return
    from monitor.claims.tagger import EnglishTagger

    tagger = EnglishTagger(config)
    for article in _articles(what, config):
        click.echo(f"{article.id}  {article.source}, {article.published:%Y-%m-%d %H:%M} UTC\n{article.url}")
        for tagged in tagger.trace(article):
            click.echo("\n".join(explain_lines(tagged)))
        click.echo()


def _explain_pairs(what: str, against: str, articles_path: str | None, config: Config) -> None:
    from monitor.app import open_app
    from monitor.cli.articles import load_articles
    from monitor.cli.replay import oldest_first
    from monitor.cli.rerun import rerun
    from monitor.cli.why import pair_lines

    app = rerun(config, oldest_first(load_articles(articles_path))) if articles_path else open_app(config)
    try:
        for line in pair_lines(app, what, against):
            click.echo(line)
    finally:
        app.close()


def explain_lines(tagged: Tagged) -> Iterator[str]:
    """Yield a sentence with its claims marked by [1: … :1], then a line for each claim, or the reason for none."""
    yield ""
    yield ("# " if tagged.sentence.field == "title" else "") + marked(tagged)
    if tagged.focus is not None and tagged.focus.region:
        places = f" ({', '.join(tagged.focus.places)})" if tagged.focus.places else ""
        yield f"    about {tagged.focus.place or tagged.focus.region}{places}: {tagged.focus.reason.value}"
    for number, claim in enumerate(tagged.claims, 1):
        yield f"    {number}. {claim.id} {_claim(claim)}"
    if tagged.skipped is not None:
        yield f"    no claim: {tagged.skipped.value}"


def history_lines(conflict: Conflict) -> Iterator[str]:
    """Yield a conflict with its evidence and reasons, then every revision: who dismissed it, and why."""
    yield from conflict_lines(conflict)
    yield ""
    for revision in conflict.revisions:
        note = f" {revision.note}" if revision.note else ""
        yield f"  {revision.number}. {timestamp(revision.at)} {revision.cause.replace('-', ' ')}{note}"


def marked(tagged: Tagged) -> str:
    """Return the sentence's text with the quotes of its claims in numbered brackets."""
    text, begin = tagged.sentence.text, tagged.sentence.start
    cuts = [(c.end - begin, f":{n}]") for n, c in enumerate(tagged.claims, 1)]
    cuts += [(c.start - begin, f"[{n}:") for n, c in enumerate(tagged.claims, 1)]
    for at, mark in sorted(cuts, key=lambda cut: (-cut[0], cut[1].startswith("["))):
        text = text[:at] + mark + text[at:]
    return text


def _claim(claim: Claim) -> str:
    roles = (("who", claim.actor), ("of", claim.subject), ("to", claim.target), ("answer", claim.answer))
    parts = [f"{claim.frame.value}/{claim.measure}", *(f"{name}: {value}" for name, value in roles if value)]
    if claim.negated:
        parts.append("not so")
    if claim.quantity is not None:
        q = claim.quantity
        span = f"{q.low:g}" if q.low == q.high else f"{q.low:g} to {q.high:g}"
        parts.append(f"figure: {q.text} = {span} {q.unit}".rstrip() + f", {q.type.value}")
    if claim.event_time is not None:
        parts.append(f"when: {claim.event_time.start:%Y-%m-%d %H:%M}")
    root = f" (root {claim.speaker.root})" if claim.speaker.root != claim.speaker.key else ""
    parts.append(f"says: {claim.speaker.name}{root}" + (f", for {claim.speaker.side}" if claim.speaker.side else ""))
    parts.append(claim.factuality.value + (f" ({', '.join(claim.hedges)})" if claim.hedges else ""))
    return "; ".join(parts)


def _conflict(id: str, config: Config) -> Conflict | None:
    from monitor.app import open_app

    app = open_app(config)
    try:
        return app.store.conflict(id)
    finally:
        app.close()


def _articles(what: str, config: Config) -> list[Article]:
    if Path(what).is_file():
        from monitor.cli.articles import load_articles

        return load_articles(what)
    from monitor.app import open_app

    app = open_app(config)
    try:
        found = app.store.article(what)
    finally:
        app.close()
    if found is None:
        raise InputError(["neither a file nor the id of a stored article or conflict"], what)
    return [found]


COMMANDS = [explain]
