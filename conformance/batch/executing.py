"""Checking through an executor: pieces go out, answers come back in any order, none is lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from contextlib import contextmanager
from pickle import PickleError
from typing import Any

from msgspec import Struct, ValidationError

from conformance.batch.entry import Answer, Item
from conformance.batch.gathering import Sharing
from conformance.batch.job import CheckJob
from conformance.batch.loss import WorkerLostError, lost_entry
from conformance.batch.worker import WorkerFaultError, check_items
from conformance.errors import TadpError

#: How any executor may say that the worker of one piece has gone for good.
LOST: tuple[type[BaseException], ...] = (CancelledError, MemoryError)


#: The errors of a worker without the program, or with another version of it.
_OTHER_PROGRAM = (ImportError, AttributeError, PickleError, ValidationError)


class ExecutorConfig(Struct, frozen=True):
    """An executor, and how it is fed: ``piece`` sources at a time, ``at_once`` such pieces.

    ``lost`` are the errors by which it says that the worker of one piece has gone for good,
    while it goes on with others itself.
    """

    executor: Executor
    piece: int = 8
    at_once: int = 256
    lost: tuple[type[BaseException], ...] = LOST


def answers(
    items: Sequence[Item], job: CheckJob, config: ExecutorConfig
) -> Generator[Answer, None, None]:
    """Check ``items`` through ``config``; the answers as they come, one for each item.

    Any executor will do whose workers see the same files under the same names. A piece whose
    worker was lost is given out once more, source by source; what is lost again is an entry with
    trouble.

    Raises:
        TadpError: a worker cannot carry out the job.
        WorkerFaultError: a fault of ours.
        WorkerLostError: the executor is broken; what was not answered has to be done otherwise.
    """
    pieces = deque(pieces_of(items, config.piece))
    out: dict[Future[list[Answer]], list[Item]] = {}
    sharing = Sharing()
    with _explained(out):
        while pieces or out:
            while pieces and len(out) < config.at_once:
                out[config.executor.submit(check_items, pieces[0], job)] = pieces[0]
                pieces.popleft()
            for future in wait(out, return_when=FIRST_COMPLETED).done:
                piece = out[future]
                try:
                    got = future.result()
                except config.lost as error:
                    if len(piece) == 1:
                        got = [(piece[0].index, lost_entry(piece[0], error))]
                    else:
                        got = []
                        pieces.extend([item] for item in piece)
                del out[future]
                sharing.entries(entry for _, entry in got)
                yield from got


@contextmanager
def _explained(out: Mapping[Future[Any], Sequence[Item]]) -> Iterator[None]:
    """Say in words of ours what ended an executor; nothing that is still ``out`` is begun."""
    try:
        yield
    except BrokenExecutor as error:
        raise WorkerLostError([item for piece in out.values() for item in piece]) from error
    except (TadpError, WorkerFaultError, OSError):
        raise
    except _OTHER_PROGRAM as error:
        raise TadpError(
            f"a worker cannot carry it out: {type(error).__name__}: {error}",
            remedy="the same version of tadp has to be installed for every worker",
        ) from error
    except Exception as error:
        what = f"the executor failed: {type(error).__name__}: {error}"
        raise TadpError(what, remedy="see its log, and check again") from error
    finally:
        for future in out:
            future.cancel()


def pieces_of(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    """Yield ``items`` in order, ``size`` at a time."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
