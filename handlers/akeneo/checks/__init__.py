"""Checks of commands without sending them: against the structure of a PIM and of the source."""
