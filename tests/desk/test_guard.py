"""Who may ask the desk."""

from __future__ import annotations

import pytest

from conformance.desk.guard import COOKIE, Guard
from conformance.desk.problem import ProblemError
from tests.desk.asking import HOST, KNOWN, TOKEN, Asking

#: Headers of every answer, whoever asks: it is not kept, guessed at, or shown to other pages.
KEPT_APART = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def test_a_desk_without_a_token_is_for_its_own_page() -> None:
    guard = Guard.new(frozenset({HOST}), None)
    for given in ("", "Bearer ", "Bearer None", f"Bearer {TOKEN}"):
        with pytest.raises(ProblemError, match="not opened with the address"):
            guard.require_known({"authorization": given}, {})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 421),
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1"}, 421),
        ({"host": HOST}, 401),
        ({"host": HOST, "authorization": "Bearer "}, 401),
        ({"host": HOST, "authorization": f"Basic {TOKEN}"}, 401),
        ({"host": HOST, "authorization": f"Bearer {TOKEN}x"}, 401),
        ({"host": HOST, "authorization": "Bearer \u00e9"}, 401),
        ({"host": HOST, "cookie": f"{COOKIE}="}, 401),
        ({"host": HOST, "cookie": f"{COOKIE}={TOKEN}"}, 401),
        ({**KNOWN, "origin": "http://evil.example"}, 403),
        ({**KNOWN, "origin": f"https://{HOST}"}, 403),
        ({**KNOWN, "origin": "null"}, 403),
        ({**KNOWN, "host": "EVIL.example"}, 421),
        ({**KNOWN, "origin": f"http://{HOST}"}, 200),
        ({**KNOWN, "host": HOST.upper()}, 200),
        (KNOWN, 200),
    ],
)
def test_only_who_knows_a_secret_and_means_this_desk(headers: dict[str, str], status: int) -> None:
    desk = Asking()
    for path in ("/", "/desk.js", "/api/openapi.json"):
        given = desk.get(path, headers)
        assert given.status == status, path
        assert {name: given.headers[name] for name in KEPT_APART} == KEPT_APART
        assert "default-src 'none'" in given.headers["content-security-policy"]
        # RFC 9110 wants it with a 401, and with nothing else.
        assert given.headers.get("www-authenticate", "")[:6] == ("Bearer" if status == 401 else "")


def test_the_ticket_opens_the_page_once() -> None:
    desk = Asking()
    bare = {"host": HOST}
    assert desk.get("/open?ticket=wrong", bare).status == 403
    assert desk.get("/open", bare).status == 403
    opened = desk.get(f"/open?ticket={desk.guard.ticket}", bare)
    assert (opened.status, opened.headers["location"]) == (303, "/")
    cookie, *flags = opened.headers["set-cookie"].split("; ")
    assert {flag.lower() for flag in flags} >= {"httponly", "samesite=strict"}
    assert desk.get("/", {**bare, "cookie": cookie}).status == 200
    assert desk.get("/open?ticket=", bare).status == 403
    assert desk.get(f"/open?ticket={desk.guard.ticket}", bare).status == 403


def test_a_browser_that_opened_the_page_can_open_it_again() -> None:
    desk = Asking()
    address = f"/open?ticket={desk.guard.ticket}"
    cookie = desk.get(address, {"host": HOST}).headers["set-cookie"].partition(";")[0]
    again = desk.get(address, {"host": HOST, "cookie": cookie})
    assert (again.status, again.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    ("path", "host", "status", "what"),
    [
        ("/open?ticket=<b>", HOST, 403, "not the address that the desk showed"),
        ("/open?ticket=USED", HOST, 403, "opened before"),
        ("/", HOST, 401, "not opened with the address"),
        ("/", "<i>.example", 421, "does not have that name"),
        ("/elsewhere<b>", HOST, 404, "Not Found"),
    ],
)
def test_a_person_who_is_refused_gets_a_page(path: str, host: str, status: int, what: str) -> None:
    desk = Asking()
    if "USED" in path:
        desk.get(f"/open?ticket={desk.guard.ticket}", {"host": HOST})
    given = desk.get(path, {"host": host, "accept": "text/html,*/*;q=0.8"})
    assert (given.status, given.headers["content-type"].partition(";")[0]) == (status, "text/html")
    assert "default-src 'none'" in given.headers["content-security-policy"]
    page = given.body.decode()
    assert what in page
    assert "What to do" in page
    assert "Bearer" not in page, "a person has no token to send"
    assert not any(mark in page for mark in ("<b>", "<i>", "<script"))
    # Programs get the problem details that they expect.
    assert desk.get(path, {"host": host}).headers["content-type"] == "application/problem+json"


def test_no_two_desks_have_a_secret_in_common() -> None:
    one, other = (Guard.new(frozenset({HOST}), None) for _ in range(2))
    assert one.ticket != other.ticket
    with pytest.raises(ProblemError):
        other.require_known({}, {COOKIE: one.change(one.ticket or "")})
