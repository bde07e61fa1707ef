"""The HTTP side: gate, routes, batches, lists, faults, trace."""
