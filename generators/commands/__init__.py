"""The commands that ``generators`` adds to ``tadp``."""
