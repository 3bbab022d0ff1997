"""The documentation as a site: ``python -m docsite``, or ``tox -e docs``.

The pages are those of ``docs/`` and the root, as they are, and others that are made from the model,
the command line and the public API. Nothing that is made is committed.
"""
