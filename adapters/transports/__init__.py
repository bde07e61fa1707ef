"""The ways of a batch to its lane; each passes the contract suite in tests/contract."""
