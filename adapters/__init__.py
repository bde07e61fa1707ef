"""What importbus meets outside: transports, journals, sources, the PIM, the command line."""
