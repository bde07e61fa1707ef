"""One module a resource: what a write to it may say, and how it reads back."""
