"""What consumers without the journal and the recorder tell each other; see ``docs/protocol.md``."""
