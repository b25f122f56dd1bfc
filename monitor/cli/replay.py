"""`counterclaim replay`: articles of a file through the daemon's own stages, in memory and offline."""

from __future__ import annotations

from collections.abc import Sequence

import click

from monitor.cli.options import config_option, json_option, print_json, says_errors, with_progress
from monitor.cli.shapes import claim_shape, conflict_lines, conflict_shape
from monitor.model import Article


@click.command()
@config_option
@click.option("--articles", "articles_path", required=True, metavar="FILE", help="JSON Lines, one article a line.")
@json_option
@says_errors
def replay(config_path: str, articles_path: str, as_json: bool) -> None:
    """Run articles, oldest first, through the stages that the daemon uses, and print claims and conflicts."""
    from monitor.app import App
    from monitor.cli.articles import load_articles
    from monitor.cli.rerun import rerun
    from monitor.config import load_config

    config = load_config(config_path)
    articles = load_articles(articles_path)
    app: App = rerun(config, with_progress(oldest_first(articles), "Reading"))
    claims, conflicts = list(app.store.claims()), app.store.conflicts()
    app.close()
    if as_json:
        print_json(
            {
                "articles": len(articles),
                "claims": [claim_shape(claim) for claim in claims],
                "conflicts": [conflict_shape(conflict) for conflict in conflicts],
            }
        )
        return
    click.echo(f"{len(articles)} articles, {len(claims)} claims, {len(conflicts)} conflicts")
    for conflict in conflicts:
        click.echo("\n" + "\n".join(conflict_lines(conflict)))


def oldest_first(articles: Sequence[Article]) -> list[Article]:
    """Return articles by publication time; those of one moment by id, so that their order in the file is no matter."""
    return sorted(articles, key=lambda article: (article.published, article.id))


COMMANDS = [replay]
