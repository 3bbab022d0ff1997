"""An object for each type of column: all that the suite knows about the type, in one module.

``registry.TYPES`` lists them. Nothing above ``model`` is imported here.
"""
