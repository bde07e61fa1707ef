"""Journals: where outcomes become durable."""
