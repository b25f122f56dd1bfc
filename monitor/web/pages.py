"""The pages that show something."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from monitor.model import AlertState
from monitor.web.charts import timeline, values
from monitor.web.desk import Desk, TheDesk
from monitor.web.forms import Claims, Conflicts, Text
from monitor.web.maps import region_maps
from monitor.web.quotes import excerpt, marked
from monitor.web.render import render
from monitor.web.visits import Visit

pages = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Cursor = Annotated[str, Query(max_length=300)]


@pages.get("/")
def front() -> RedirectResponse:
    """Send to the list of conflicts."""
    return RedirectResponse("/conflicts", 307)


@pages.get("/conflicts")
def conflict_list(
    request: Request, desk: TheDesk, wanted: Conflicts, cursor: Cursor = "", new: Text = ""
) -> HTMLResponse:
    """Show the conflicts that the filters choose."""
    now = desk.now()
    visit = Visit.of(request, now)
    if new and visit.previous:
        wanted = replace(wanted, since=visit.previous)
    response = render(
        request,
        "conflicts.html",
        page=desk.rows.conflicts(wanted, now, cursor),
        wanted=wanted,
        regions=desk.regions,
        sources=source_names(desk),
        since=visit.previous,
        fresh=desk.rows.changed_since(visit.previous) if visit.previous else 0,
    )
    visit.keep(response, request.url.scheme == "https")
    return response


@pages.get("/conflicts/{id}")
def one_conflict(request: Request, desk: TheDesk, id: str, said: Text = "") -> HTMLResponse:
    """Show one conflict with its evidence."""
    file = desk.rows.conflict(_id(id), desk.now())
    if file is None:
        raise HTTPException(404, "There is no such conflict. It may have been pruned.")
    conflict = file.view.conflict
    claims = {c.id: c for p in conflict.positions for c in p.claims}
    held = [len(position.claims) for position in conflict.positions]
    return render(
        request,
        "conflict.html",
        file=file,
        conflict=conflict,
        articles=file.view.articles,
        excerpts={id: excerpt(claim, file.texts.get(claim.article)) for id, claim in claims.items()},
        opposed=(sum(held) ** 2 - sum(number**2 for number in held)) // 2,
        pairs=[
            (claims[pair.first], claims[pair.second], pair.dismissal)
            for pair in file.pairs
            if {pair.first, pair.second} <= set(claims)
        ],
        timeline=timeline(conflict),
        values=values(conflict),
        said=said,
    )


@pages.get("/regions")
def region_list(request: Request, desk: TheDesk) -> HTMLResponse:
    """Show every watched region with its numbers and its map."""
    lines = desk.kept("regions", lambda: desk.rows.regions(desk.regions, desk.now()))
    maps = desk.kept("maps", lambda: region_maps(desk.config.regions, lines))
    return render(request, "regions.html", drawn=list(zip(lines, maps, strict=True)))


@pages.get("/claims")
def claim_list(request: Request, desk: TheDesk, wanted: Claims, cursor: Cursor = "") -> HTMLResponse:
    """Show the claims that words and filters choose."""
    page = desk.rows.claims(wanted, cursor)
    links = desk.rows.conflicts_of([claim.id for claim in page.items])
    regions, sources = desk.regions, source_names(desk)
    return render(request, "claims.html", page=page, wanted=wanted, links=links, regions=regions, sources=sources)


@pages.get("/sources")
def source_list(request: Request, desk: TheDesk) -> HTMLResponse:
    """Show every outlet: its health, how often it stands alone, and who disagrees most."""
    lines, rivals = desk.kept("sources", lambda: desk.rows.sources(desk.now()))
    return render(request, "sources.html", lines=lines, rivals=rivals)


@pages.get("/alerts")
def alert_list(
    request: Request, desk: TheDesk, state: Text = "", target: Text = "", cursor: Cursor = ""
) -> HTMLResponse:
    """Show what was sent, what waits, and what was held back and why."""
    chosen = AlertState(state) if state in set(AlertState) else None
    page = desk.rows.alerts(chosen, target.replace("\x00", "") or None, cursor)
    targets = [one.name for one in desk.config.alerts.targets]
    return render(request, "alerts.html", page=page, state=chosen, target=target, targets=targets)


@pages.get("/articles/{id:path}")
def one_article(request: Request, desk: TheDesk, id: str) -> HTMLResponse:
    """Show an article as extracted, with its claims marked."""
    file = desk.rows.article(_id(id))
    if file is None:
        raise HTTPException(404, "There is no such article. It may have been pruned.")
    title = next(marked(file.article, "title", file.claims), [])
    text = list(marked(file.article, "text", file.claims))
    return render(request, "article.html", file=file, title=title, text=text)


@pages.get("/out")
def out(request: Request, desk: TheDesk) -> HTMLResponse:
    """Show where feeds, exports and the API are."""
    return render(request, "out.html", regions=desk.regions)


def source_names(desk: Desk) -> list[str]:
    """Return the names of the outlets, for a choice."""
    return sorted({source.name for source in desk.config.sources})


def _id(id: str) -> str:
    return id.replace("\x00", "")
