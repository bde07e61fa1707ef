"""Sources: where commands are read from."""
