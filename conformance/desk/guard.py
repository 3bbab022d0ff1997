"""Who may ask the desk: this machine's own programs that know a secret, and no page of another."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from http import HTTPStatus

from msgspec import Struct

from conformance.desk.problem import ProblemError

#: The cookie that the page has.
COOKIE = "tadp-desk"
#: The remedy for a person whose browser has no secret.
_REMEDY = (
    "Use the page that is open already, in the same browser. If there is none, start the desk "
    "again: it then shows a new address, which can be opened once"
)

#: Headers of every answer to the browser: nothing is kept, nothing is fetched from elsewhere, no
#: other page may show or read it. Reports have their style inside.
CSP = "Content-Security-Policy"
HEADERS = {
    "Cache-Control": "no-store",
    CSP: (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-src 'self' blob:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

#: The same for a report that is a page of its own: it has its style inside, and runs no script.
ALONE = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
)


class Guard(Struct):
    """Lets a request in, or not.

    ``hosts`` are the names and ports by which the desk may be called. ``token`` is that of
    programs, if they may ask at all. The page has a secret of its own, for which it changes the
    ``ticket``, which is good once.
    """

    hosts: frozenset[str]
    token: str | None = None
    ticket: str | None = None
    _secret: str = ""

    @classmethod
    def new(cls, hosts: frozenset[str], token: str | None) -> Guard:
        """Return a guard with a new ticket and a new secret."""
        return cls(hosts, token, secrets.token_urlsafe(32), secrets.token_urlsafe(32))

    def require_host(self, headers: Mapping[str, str]) -> None:
        """Refuse a request that was meant for another host, or that another page made.

        A page of another site can make a browser ask this machine, by a name of its own choice.

        Raises:
            ProblemError: it is one.
        """
        host = headers.get("host", "").lower()
        if host not in self.hosts:
            raise ProblemError(
                HTTPStatus.MISDIRECTED_REQUEST,
                "This desk does not have that name",
                remedy="Open the address that the desk showed when it started, as it is written",
            )
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{host}":
            raise ProblemError(HTTPStatus.FORBIDDEN, "another page may not ask this desk")

    def change(self, ticket: str) -> str:
        """Return the page's secret for the ``ticket``, which cannot be used afterwards.

        Raises:
            ProblemError: it is not the ticket, or was used.
        """
        if self.ticket is None or not _same(ticket, self.ticket):
            what = (
                "This address was opened before, and each address opens the page once"
                if self.ticket is None
                else "This is not the address that the desk showed: its end is missing or different"
            )
            raise ProblemError(HTTPStatus.FORBIDDEN, what, remedy=_REMEDY)
        self.ticket = None
        return self._secret

    def require_known(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> None:
        """Refuse a request that has neither the page's secret nor the token of programs.

        Raises:
            ProblemError: it has neither.
        """
        if self.knows(cookies):
            return
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if self.token is not None and scheme.lower() == "bearer" and _same(given, self.token):
            return
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "The page was not opened with the address that the desk showed",
            remedy=_REMEDY,
            programs=", and Authorization: Bearer TOKEN is missing or wrong" if self.token else "",
        )

    def knows(self, cookies: Mapping[str, str]) -> bool:
        """Return True if they have the page's secret."""
        return _same(cookies.get(COOKIE, ""), self._secret)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
