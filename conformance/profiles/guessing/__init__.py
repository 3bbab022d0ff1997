"""A profile that is guessed: from a record as a clause prints it, or from files of somebody's own.

Nothing that is guessed is verified, and each guess says in a comment what it is made from.
"""
