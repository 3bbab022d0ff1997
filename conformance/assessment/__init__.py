"""Putting the cases of the corpus to somebody else's implementation.

Data flows one way: ``corpus`` → ``neutral`` → ``adapters`` → ``scores`` → ``report``. An
implementation is told nothing of what is expected; see ``docs/protocol.md`` for what it is told.
"""
