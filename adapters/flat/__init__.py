"""Akeneo's own flat format, as its import jobs read and its exports write it."""
