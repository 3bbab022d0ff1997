"""When something that arrives is at rest."""

from __future__ import annotations

from pathlib import Path

from conformance.desk.arrivals import Arrival, arrivals
from conformance.desk.listing import list_files
from conformance.desk.resting import Patience, Rest
from tests.checks import situation
from tests.checks.situation import ADT
from tests.desk.folders import PROFILE


class Clock:
    """A folder that is looked at from time to time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rest = Rest(Patience(settle=2, partner=60))

    def at(self, seconds: float) -> list[str]:
        """Return the files that are ready after so many seconds, without waiting."""
        ready = self.rest.ready(arrivals(list_files(self.root), PROFILE), seconds)
        for arrival in ready:
            self.rest.done(arrival)
        return [arrival.source.name for arrival in ready]


def signed(root: Path, name: str = "adt.csv") -> None:
    (root / name).write_bytes(ADT)
    (root / f"{name}.p7s").write_bytes(b"a signature")


def test_it_has_to_be_unchanged_for_a_while(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    signed(tmp_path)
    assert [clock.at(0), clock.at(1.9), clock.at(2), clock.at(9)] == [[], [], ["adt.csv"], []]
    assert not clock.rest.pending


def test_a_file_that_is_still_copied_has_to_rest_again(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    (tmp_path / "adt.csv.p7s").write_bytes(b"a signature")
    for seconds in range(1, 90, 2):
        (tmp_path / "adt.csv").write_bytes(ADT * seconds)
        assert clock.at(seconds) == []
    assert clock.rest.pending
    assert clock.at(91) == ["adt.csv"]


def test_a_file_waits_for_its_signature(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    (tmp_path / "adt.csv").write_bytes(ADT)
    assert [clock.at(0), clock.at(59)] == [[], []]
    (tmp_path / "adt.csv.p7s").write_bytes(b"a signature")
    assert [clock.at(60), clock.at(62)] == [[], ["adt.csv"]]


def test_a_file_whose_signature_never_arrives_is_checked_without(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    (tmp_path / "adt.csv").write_bytes(ADT)
    (tmp_path / "other.csv.p7s").write_bytes(b"a signature")
    assert [clock.at(0), clock.at(60)] == [[], ["adt.csv", "other.csv.p7s"]]
    (tmp_path / "adt.csv.p7s").write_bytes(b"a signature")
    assert [clock.at(61), clock.at(63)] == [[], ["adt.csv"]], "it is checked again with it"


def test_a_container_with_the_file_in_it_waits_for_no_signature(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    (tmp_path / "adt.csv.p7m").write_bytes(situation.signed(ADT).read(1 << 20))
    (tmp_path / "mail").write_bytes(b"From: a\r\nTo: b\r\n\r\ntext")
    assert [clock.at(0), clock.at(2)] == [[], ["adt.csv.p7m", "mail"]]


def test_a_file_that_vanishes_is_gone_once(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    signed(tmp_path)
    clock.at(0), clock.at(2)
    (tmp_path / "adt.csv").unlink()
    (tmp_path / "adt.csv.p7s").unlink()
    assert clock.at(3) == []
    assert [path.name for path in clock.rest.gone()] == ["adt.csv"]
    assert clock.rest.gone() == []
    signed(tmp_path)
    assert [clock.at(4), clock.at(6)] == [[], ["adt.csv"]], "it is new if it comes back"


def test_a_file_that_cannot_be_opened_is_not_waited_for(tmp_path: Path) -> None:
    rest = Rest(Patience(settle=2, partner=60))
    lost = Arrival(tmp_path / "lost", (), single=True)
    assert rest.ready([lost], 0) == []
    assert rest.ready([lost], 2) == [lost]
