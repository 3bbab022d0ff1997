"""Putting the cases of the corpus to somebody else's implementation.

Data flows one way: ``corpus`` → ``neutral`` → ``adapters`` → ``scores`` → ``report``. An
implementation is not given what is expected; ``docs/protocol.md`` has what it is given.
"""
