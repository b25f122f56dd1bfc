"""The forms that change something: acknowledge, mute, not a conflict, and taking these back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse

from monitor.web.desk import Desk, TheDesk
from monitor.web.forms import Form, TheForm, TheVisitor
from monitor.web.render import DISMISSAL_KINDS

decisions = APIRouter(include_in_schema=False)
MUTE_SPANS = {"1d": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
LONGEST_NOTE = 2000


def acknowledge(desk: Desk, id: str, by: str, form: Form) -> bool:
    """Note that someone has seen it."""
    return desk.rows.acknowledge(id, by, desk.now())


def mute(desk: Desk, id: str, by: str, form: Form) -> bool:
    """Silence its alerts for a while."""
    span = MUTE_SPANS.get(form.get("span", "7d"))
    if span is None:
        raise HTTPException(422, f"span: write one of {', '.join(MUTE_SPANS)}")
    return desk.rows.mute(id, by, _note(form, required=False), desk.now(), span)


def unmute(desk: Desk, id: str, by: str, form: Form) -> bool:
    """Let its alerts through again."""
    desk.rows.unmute(id, desk.now())
    return True


def dismiss(desk: Desk, id: str, by: str, form: Form) -> bool:
    """Say that it is not a conflict, and why; its claims are not reported against each other again."""
    return desk.store.dismiss(id, by, _note(form, required=True), desk.now(), _kind(form))


def restore(desk: Desk, id: str, by: str, form: Form) -> bool:
    """Take back that it is not a conflict."""
    desk.store.restore(id, by, desk.now())
    return True


def dismiss_pair(desk: Desk, id: str, by: str, form: Form) -> bool:
    """Say that two of its quotes do not contradict each other, and why."""
    done = desk.store.dismiss_pair(id, _pair(form), by, _note(form, required=True), desk.now(), _kind(form))
    if not done and desk.store.conflict(id) is not None:
        raise HTTPException(422, "first, second: choose two quotes of different positions")
    return done


def restore_pair(desk: Desk, id: str, by: str, form: Form) -> bool:
    """Take back that two quotes do not contradict each other."""
    return desk.store.restore_pair(id, _pair(form), by, desk.now())


Decision = Callable[[Desk, str, str, Form], bool]
DECISIONS: dict[str, Decision] = {
    "acknowledge": acknowledge,
    "mute": mute,
    "unmute": unmute,
    "dismiss": dismiss,
    "restore": restore,
    "dismiss-pair": dismiss_pair,
    "restore-pair": restore_pair,
}


def decide(desk: Desk, id: str, by: str, name: str, form: Form) -> None:
    """Carry out a decision about a conflict. Raises HTTPException: 404 for no such conflict or decision, 422."""
    decision = DECISIONS.get(name)
    if decision is None or not decision(desk, id.replace("\x00", ""), by, form):
        raise HTTPException(404, "There is no such conflict.")


@decisions.post("/conflicts/{id}/{name}")
def decide_by_form(desk: TheDesk, visitor: TheVisitor, id: str, name: str, form: TheForm) -> RedirectResponse:
    """Carry out what a form on the page of a conflict asks for, and show the page again."""
    decide(desk, id, visitor.author, name, form)
    return RedirectResponse(f"/conflicts/{quote(id, safe='')}?said={quote(name)}", 303)


def _kind(form: Form) -> str:
    kind = form.get("kind", "")
    if kind not in DISMISSAL_KINDS:
        raise HTTPException(422, f"kind: write one of {', '.join(DISMISSAL_KINDS)}")
    return kind


def _pair(form: Form) -> tuple[str, str]:
    return form.get("first", "").replace("\x00", ""), form.get("second", "").replace("\x00", "")


def _note(form: Form, *, required: bool) -> str:
    note = form.get("note", "").strip()
    if required and not note:
        raise HTTPException(422, "note: say why")
    if len(note) > LONGEST_NOTE:
        raise HTTPException(422, f"note: at most {LONGEST_NOTE} characters")
    return note
