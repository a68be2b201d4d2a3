"""Changes to sources, as plain functions of text."""
