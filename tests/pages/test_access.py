"""Signing in and roles, as pages show them: who sees what, and from when on no more."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from enrollment import answers, rights
from enrollment.access import EVERYTHING
from enrollment.edition import open_edition
from enrollment.language import CODES, Language
from enrollment.store import Store
from enrollment.ui.frame import PAGES
from enrollment.ui.returning import COOKIE, Returning, is_page
from tests.pages.conftest import ROOT, Open, Shown
from tests.serving.asgi import finished

FILE = """
[roles]
pimpinan = "viewer"
analis = "analyst"
pengelola = "steward"
kemenag = "viewer"
telaah = "analyst"

[partners]
kemenag = ["KEMENAG"]
telaah = ["KEMENAG"]
"""
PROVIDER = {"auth": {"client_id": "cakupan", "redirect_uri": "http://localhost/oauth2callback"}}

Enter = Callable[..., Shown]


@pytest.fixture
def enter(protected_sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """`enter("pimpinan")` opens a page as somebody in a group, signed in an hour ago for eight hours."""
    monkeypatch.setenv("CAKUPAN_DATA", str(protected_sample / "data"))
    monkeypatch.setenv("CAKUPAN_ACCESS", str(tmp_path / "access.toml"))
    (tmp_path / "access.toml").write_text(FILE, encoding="utf-8")

    def open_page(
        *groups: str, page: str = "", walked: bool = False, claims: Any = None, **address: str
    ) -> Shown:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        app.secrets = json.loads(json.dumps(PROVIDER))
        app.user = {"is_logged_in": False} if claims is False else of(*groups, **(claims or {}))
        for name, value in address.items():
            app.query_params[name] = value
        if page and not walked:
            app.switch_page(f"pages/{page}.py")
        app.run()
        shown = Shown(app).sound()
        return shown.go(page) if walked else shown

    return open_page


def of(*groups: str, **claims: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {
        "iss": "https://sso.contoh",
        "sub": f"sub-{'-'.join(groups)}",
        "name": "Sari",
        "groups": list(groups),
    }
    return {"is_logged_in": True, "iat": now - 3_600, "exp": now + 8 * 3_600, **whole, **claims}


def nothing_shown(shown: Shown) -> bool:
    """Whether a page has neither a number, a chart, a table nor a file."""
    app = shown.app
    elements = ("plotly_chart", "download_button", "selectbox", "dataframe", "file_uploader", "text_area")
    said = shown.html
    return not any(app.get(kind) for kind in elements) and "<table" not in said and "29,2" not in said


@pytest.mark.parametrize("page", ["", *PAGES])
def test_who_has_not_signed_in_is_asked_to_and_sees_nothing(enter: Enter, page: str) -> None:
    shown = enter(page=page, claims=False)
    assert shown.finding == Language("id").say("access.outside.signed_out.title")
    assert [button.key for button in shown.app.button] == ["sign_in_"]
    assert nothing_shown(shown)


@pytest.mark.parametrize("lang", CODES)
def test_the_sign_in_page_speaks_both_languages(enter: Enter, lang: str) -> None:
    shown = enter(claims=False, lang=lang)
    assert shown.finding == Language(lang).say("access.outside.signed_out.title")
    assert shown.app.button[0].label == Language(lang).say("access.sign_in")


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        pytest.param({"exp": int(time.time()) - 1}, id="expired a second ago"),
        {"exp": None},
        {"exp": "4102444800"},
        {"exp": True},
        {"is_logged_in": "yes"},
        {"is_logged_in": False},
    ],
    ids=str,
)
def test_an_expired_or_unclear_sign_in_is_none(enter: Enter, claims: Mapping[str, Any]) -> None:
    shown = enter("pengelola", claims=claims)
    assert nothing_shown(shown)
    assert [button.key for button in shown.app.button] == ["sign_in_"]


def test_a_sign_in_that_expires_while_a_page_is_open_ends_at_the_next_rerun(enter: Enter) -> None:
    shown = enter("pengelola")
    assert not nothing_shown(shown)
    shown.app.session_state["roster_niks"] = {"roster": {1: "3171234567890123"}}
    shown.app.user = {**shown.app.user, "exp": int(time.time()) - 1}
    shown.app.run()
    assert shown.sound().finding == Language("id").say("access.outside.expired.title")
    assert nothing_shown(shown)
    assert "roster_niks" not in shown.app.session_state


def test_who_belongs_to_no_group_with_rights_is_told_so(enter: Enter) -> None:
    shown = enter("keuangan", page="breakdown")
    assert shown.finding == Language("id").say("access.outside.no_role.title")
    assert "Sari" in shown.text
    assert [button.key for button in shown.app.button] == ["sign_out"]
    assert nothing_shown(shown)


@pytest.mark.parametrize(
    "text", ["[roles]\npengelola = 'admin'\n", "[roles\n", None], ids=["a wrong role", "no TOML", "no file"]
)
def test_a_file_of_rights_that_cannot_be_used_lets_nobody_in(
    enter: Enter, tmp_path: Path, text: str | None
) -> None:
    shown = enter("pengelola")
    place = tmp_path / "access.toml"
    place.unlink() if text is None else place.write_text(text, encoding="utf-8")
    shown.app.run()
    assert shown.sound().finding == Language("id").say("access.outside.access.title")
    assert "access.toml" in shown.text
    assert nothing_shown(shown)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("walked", [True, False], ids=["by the navigation", "by its own link"])
@pytest.mark.parametrize("group", ["pimpinan", "analis", "pengelola"])
def test_a_page_opens_for_whom_it_exists(enter: Enter, group: str, walked: bool, page: str) -> None:
    shown = enter(group, page=page, walked=walked)
    exists = page != "explore" or group != "pimpinan"
    assert nothing_shown(shown) is not exists
    if not exists:
        assert shown.finding == Language("id").say("frame.plain.no_page.title")
    keys = {button.key for button in shown.app.get("file_uploader")}
    takes_data = group == "pengelola" and page in ("editions", "reconciliation")
    assert bool(keys) is (takes_data or page == "briefing")


def test_editions_show_a_viewer_nothing_of_the_store(enter: Enter) -> None:
    viewer, steward = enter("pimpinan", page="editions"), enter("pengelola", page="editions")
    title = Language("id").say("editions.quarantine.title")
    assert title in steward.text
    assert title not in viewer.text
    assert not viewer.app.get("file_uploader")
    assert not {"publish", "preview", "delivery"} & {
        item.key for item in (*viewer.app.button, *viewer.app.selectbox)
    }


def test_a_role_that_was_taken_away_is_gone_at_the_next_rerun(enter: Enter, tmp_path: Path) -> None:
    shown = enter("analis", page="explore", walked=True)
    assert not nothing_shown(shown)
    place = tmp_path / "access.toml"
    place.write_text(FILE.replace('analis = "analyst"', 'analis = "viewer"'), encoding="utf-8")
    shown.app.run()
    assert shown.sound().finding == Language("id").say("frame.plain.no_page.title")
    place.write_text(FILE.replace('analis = "analyst"', ""), encoding="utf-8")
    shown.app.run()
    assert shown.sound().finding == Language("id").say("access.outside.no_role.title")


@pytest.mark.parametrize("page", [page for page in PAGES if page != "explore"])
def test_an_officer_reads_no_name_and_no_code_of_another_partners_source(
    enter: Enter, sample: Path, page: str
) -> None:
    shown = enter("kemenag", page=page)
    parts = answers.dimension_parts(open_edition(Store(sample)))
    foreign = [row for row in parts if row.dimension == "source" and row.part != "AGAMA"]
    text = shown.html + json.dumps(shown.figures, ensure_ascii=False)
    assert [row.part for row in foreign if f'"{row.part}' in text or f">{row.part}<" in text] == []
    # What is a common noun besides is no name.
    assert [row.name for row in foreign if len(row.name) > 16 and row.name in text] == []


def test_an_officer_sees_the_national_total_own_figures_and_others_in_one(enter: Enter) -> None:
    shown = enter("kemenag", page="breakdown", by="source")
    whole = enter("pimpinan", page="breakdown", by="source")
    assert Language("id").say("parts.others") in shown.text
    assert Language("id").say("parts.others") not in whole.text
    progress, everyone = enter("kemenag", page="progress"), enter("pimpinan", page="progress")
    assert progress.finding == everyone.finding


def test_what_an_officer_asked_is_not_what_a_steward_is_shown(enter: Enter) -> None:
    """The same question of the same edition, one after the other, through the same caches."""
    first = enter("kemenag", page="breakdown", by="source").html
    assert enter("pengelola", page="breakdown", by="source").html != first
    assert enter("kemenag", page="breakdown", by="source").html == first


def test_own_sql_of_an_officer_reads_what_they_may_see(enter: Enter) -> None:
    shown = enter("telaah", page="explore", walked=True)
    shown.app.session_state["explore_sql"] = "select distinct source from lineage order by 1"
    next(button for button in shown.app.button if button.key == "explore_run").click()
    shown.app.run()
    for _ in range(40):
        if "AGAMA" in shown.text:
            break
        time.sleep(0.25)
        shown.app.run()
    assert "AGAMA" in shown.sound().text
    assert rights.OTHERS in shown.text
    assert "PEMDA" not in shown.html


def test_a_steward_looks_as_somebody_else_and_comes_back_with_one_click(enter: Enter) -> None:
    shown = enter("pengelola", page="editions", walked=True)
    shown.app.session_state["account"] = True
    shown.app.run()
    shown.app.session_state["as_partner"] = "KEMENAG"
    next(button for button in shown.app.button if button.key == "look_as").click()
    shown.app.run()
    assert "KEMENAG" in shown.sound().text
    assert not shown.app.get("file_uploader")
    shown.go("explore")
    assert shown.finding == Language("id").say("frame.plain.no_page.title")
    next(button for button in shown.app.button if button.key == "look_as_oneself").click()
    shown.app.run()
    assert shown.sound().app.text_area


def test_looking_as_somebody_else_gives_a_viewer_nothing(enter: Enter) -> None:
    shown = enter("kemenag", page="breakdown", by="source")
    before = shown.html
    shown.app.session_state["view_as"] = EVERYTHING
    shown.app.run()
    assert shown.sound().html == before


def test_who_signs_out_is_signed_out_in_every_window(enter: Enter) -> None:
    claims = {"sub": "sub-two-windows", "iat": int(time.time()) - 60}
    first, second = (enter("analis", claims=claims) for _ in range(2))
    first.app.session_state["account"] = True
    first.app.run()
    next(button for button in first.app.button if button.key == "sign_out").click()
    first.app.run()
    assert first.sound().finding == Language("id").say("access.outside.signed_out.title")
    second.app.run()
    assert second.sound().finding == Language("id").say("access.outside.signed_out.title")
    assert nothing_shown(second)
    later = enter("analis", claims={**claims, "iat": int(time.time()) + 1})
    assert not nothing_shown(later)
    assert not nothing_shown(enter("analis", claims={**claims, "sub": "sub-somebody-else"}))


def behind_the_door() -> None:
    """What a page could call that drew no form for it."""
    import datetime as dt
    import io

    import streamlit as st

    from enrollment.language import Language
    from enrollment.ui import reconciling, steward

    words, day = Language("id"), dt.date(2021, 8, 31)
    calls = {
        "kept": steward.kept,
        "damaged": steward.damaged,
        "described": lambda: steward.described(()),
        "waiting": lambda: steward.waiting(()),
        "quarantine": steward.quarantine,
        "ends_the_sample": steward.ends_the_sample,
        "source_names": lambda: steward.source_names(words),
        "partner_names": lambda: steward.partner_names(words),
        "due_days": steward.due_days,
        "segments": steward.segments,
        "events": lambda: steward.events(day, simulated=True),
        "prognoses": steward.prognoses,
        "state": steward.state,
        "preview": steward.preview,
        "publish": lambda: steward.publish("x"),
        "load": lambda: steward.load(io.BytesIO(b"x"), "x.csv", steward.Wishes()),
        "annotate": lambda: steward.annotate(day, "x", "x", "", "x"),
        "register": lambda: steward.register({}),
        "foretell": lambda: steward.foretell({}),
        "tables": lambda: reconciling.tables(None),
        "near_misses": lambda: reconciling.near_misses(None),
        "decide": lambda: reconciling.decide(None, 1, b"", True),
        "reconcile": lambda: reconciling.reconcile(io.BytesIO(b"x"), "x", "TPP", day, lambda a, b: None),
    }
    opened = []
    for name, call in calls.items():
        try:
            call()
            opened.append(name)
        except steward.Failed as failed:
            if failed.key != "no_right":
                opened.append(name)
    st.text(" ".join(opened) or "none")
    st.text(str(len(reconciling.results())))


@pytest.mark.parametrize("user", [of("pimpinan"), of("analis"), of("keuangan"), {"is_logged_in": False}])
def test_a_door_to_the_store_opens_for_a_steward_alone(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: dict[str, Any]
) -> None:
    monkeypatch.setenv("CAKUPAN_DATA", str(sample))
    monkeypatch.setenv("CAKUPAN_ACCESS", str(tmp_path / "access.toml"))
    (tmp_path / "access.toml").write_text(FILE, encoding="utf-8")
    app = AppTest.from_function(behind_the_door, default_timeout=60)
    app.secrets, app.user = json.loads(json.dumps(PROVIDER)), user
    app.run()
    assert not app.exception
    assert [text.value for text in app.text] == ["none", "0"]


def test_on_ones_own_machine_nothing_has_to_be_set_up(show: Open, sample: Path) -> None:
    shown = show(sample, "editions")
    assert shown.app.get("file_uploader")
    assert not any(button.key == "sign_out" for button in shown.app.button)


OWN = ("/", "/breakdown?by=source&month=2021-08", "/explore?sql=a%20b%0A%5C", "/cakupan/progress")
FOREIGN = (
    "",
    "breakdown",
    "//evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/x\r\nSet-Cookie: a=b",
    "https://evil.example/",
    "javascript:alert(1)",
    "/auth/logout",
    "/%61uth/logout",
    "/oauth2callback?code=1",
    "/_stcore/stream",
    "/media/x",
    "/é",
    "/" + "a" * 3_000,
)


@pytest.mark.parametrize("address", OWN)
def test_the_way_back_leads_to_pages_of_this_server(address: str) -> None:
    assert is_page(address)
    assert led_back(address) == address


@pytest.mark.parametrize("address", FOREIGN, ids=lambda address: ascii(address)[:40])
def test_the_way_back_leads_nowhere_else(address: str) -> None:
    assert not is_page(address)
    assert led_back(address) == "/"


def led_back(address: str) -> str:
    """Where somebody with this address in the cookie is led once they have signed in."""
    sent: list[dict[str, Any]] = []

    async def callback(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"location", b"/"), (b"set-cookie", b"_streamlit_user=signed; Path=/; Max-Age=2592000")]
        await send({"type": "http.response.start", "status": 302, "headers": headers})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    cookie = f"{COOKIE}={quote(address, safe='')}".encode()
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/oauth2callback",
        "query_string": b"code=1",
        "headers": [(b"host", b"localhost"), (b"cookie", cookie)],
        "server": ("localhost", 80),
        "scheme": "http",
    }
    finished(Returning(callback)(scope, receive, send))
    headers = dict(sent[0]["headers"])
    return str(headers[b"location"].decode())
