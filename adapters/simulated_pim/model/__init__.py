"""What the simulated PIM knows: tables of items, refusals, and the rules all resources share."""
