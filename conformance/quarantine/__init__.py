"""A quarantine: the communications held back, why, and until when they can be acted on."""
